"""Whether the evidence holds the answer; where it does not, which kind of "no" it is and what comes closest."""

from __future__ import annotations

from dataclasses import dataclass

from rag.question import Question
from rag.retriever import Retrieval
from rag.schema import Nearest, Outcome


@dataclass(frozen=True, slots=True)
class Judgement:
    """outcome "answered" lets the composer work; "partial" too, with a reason that names what is missing."""

    outcome: Outcome
    reason: str | None = None


def judge(question: Question, found: Retrieval) -> Judgement:
    """Decide what the evidence allows."""
    if not found.hits:
        return Judgement("not_in_corpus", "No paper of the index shares anything with this question.")
    best = max(float((found.views[h.paper.paper_id].vectors @ found.vector).max(initial=0)) for h in found.hits[:3])
    if best < 0.3:
        return Judgement("not_in_corpus", "None of the papers deals with this.")
    return Judgement("answered")


def nearest(found: Retrieval, limit: int = 3) -> tuple[Nearest, ...]:
    """The papers that come closest."""
    return tuple(Nearest(hit.paper.paper_id, hit.paper.title, round(hit.score, 4)) for hit in found.hits[:limit])
