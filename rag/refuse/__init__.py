"""Whether the papers hold the answer at all, and what to say where they do not."""

from rag.refuse.abstain import doubts

__all__ = ["doubts"]
