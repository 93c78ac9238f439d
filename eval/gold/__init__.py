"""The gold sets."""
