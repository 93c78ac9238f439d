"""The folder of a run: what was asked, answered, scored, on which machine."""

from eval.runs.folder import Run, load_run, read_manifest

__all__ = ["Run", "load_run", "read_manifest"]
