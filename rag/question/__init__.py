"""What a question asks for: kind, topic, follow-up."""

from rag.question.followup import Turn
from rag.question.kind import understand

__all__ = ["Turn", "understand"]
