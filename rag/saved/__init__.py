"""Saved answers: checked again, asked again."""

from rag.saved.recheck import recheck
from rag.saved.replay import replay
from rag.saved.stored import answer_from_dict, checked, read_answer

__all__ = ["answer_from_dict", "checked", "read_answer", "recheck", "replay"]
