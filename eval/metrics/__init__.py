"""The metrics, one small file a family."""
