"""The folder of a run: what was asked, answered, scored, on which machine."""
