"""Whether the papers hold the answer at all, and what to say where they do not."""

from rag.refuse.abstain import confidence

__all__ = ["confidence"]
