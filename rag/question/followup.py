"""A follow-up question made to stand alone, by rules: what "it" is, is what the turn before was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.question.kind import understand
from rag.schema import Answer

LOOK_BACK = 4  # how many turns a chain of follow-ups is traced


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; answer is None where only the question is known."""

    question: str
    answer: Answer | None = None


def condense(question: str, history: Sequence[Turn]) -> str:
    """The question as one that stands alone: unchanged unless it leans on an earlier turn."""
    if not history or not understand(question).elliptical:
        return question
    topic: list[str] = []
    for turn in reversed(history[-LOOK_BACK:]):
        topic.insert(0, _about(turn))
        if not understand(turn.question).elliptical:
            break
    return " ".join([*topic, question])


def _about(turn: Turn) -> str:
    """What a turn was about: its question, and the title of the paper that its answer cites most."""
    if turn.answer is None or not turn.answer.citations:
        return turn.question
    titles = [citation.title for citation in turn.answer.citations]
    return f"{turn.question} {max(dict.fromkeys(titles), key=titles.count)}"
