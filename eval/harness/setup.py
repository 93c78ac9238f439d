"""What a run asks: an assistant with everything that the harness needs around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from eval.judges.trust import Trust
from eval.metrics.base import Tools
from index.schema import Chunk, Paper
from rag.schema import Answer, PaperHit


class Found(Protocol):
    """What a search returns: hits, best first."""

    @property
    def hits(self) -> tuple[PaperHit, ...]:
        """The papers found, best first."""


class Asks(Protocol):
    """What the harness asks of an assistant; ``rag.Assistant`` and ``eval.scripted.ScriptedAssistant`` have it."""

    def ask(self, question: str, *, history: Sequence[Any] = ()) -> Answer:
        """Answer a question; history holds the earlier turns."""

    def search(self, question: str, *, limit: int = 10) -> Found:
        """Find papers without answering."""


@dataclass(frozen=True, slots=True)
class Setup:
    """An assistant to be scored, and what the metrics need to know of its index.

    forced: the same with abstention off, for the honesty scores; None where that is the assistant itself.
    turn: makes a turn of the history out of a question and its answer. confidence: how sure the set-up is that it
    can answer a question with its earlier turns, for the risk-coverage curve. fingerprint: what identifies index,
    models and prompt. notes: what a reader of the table must know. judges: measures how far the models that judge can
    be trusted; asked once a run.
    """

    assistant: Asks
    forced: Asks | None
    papers: tuple[Paper, ...]
    chunks: Callable[[str], Sequence[Chunk]]
    turn: Callable[[str, Answer], Any]
    confidence: Callable[[str, Sequence[Any], Answer], float | None]
    tools: Tools = field(default_factory=Tools)
    fingerprint: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    judges: Callable[[], tuple[Trust, ...]] = tuple
    close: Callable[[], None] = lambda: None


def top_score(question: str, turns: Sequence[Any], answer: Answer) -> float | None:
    """The score of the best context: the confidence of an assistant that gives no better one."""
    return max((scored.score for scored in answer.contexts), default=None)
