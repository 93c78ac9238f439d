"""A second question: does it stand alone among these papers, or does it lean on the turn before?

The question is tried as it stands: does a paper lead for it, how much of the papers' vocabulary does it bring? A
logistic model over that, and over pronouns without a referent, decides (rag/fitted/followup.json, fitted by
eval/fit/followups.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.fitted.logistic import Logistic, Table, from_json, stored
from rag.question.followup import LOOK_BACK, Turn, borrowed, join, told
from rag.question.kind import understand
from rag.retrieve.retriever import Retriever

FEATURES = ("dangling", "generic", "opening", "score", "gap", "known", "unknown", "count")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked up for a question; told: how it was read, in words, None where it was taken as it stands."""

    text: str
    told: str | None = None


def read(question: str, history: Sequence[Turn], retriever: Retriever) -> Reading:
    """The question as it stands where it can stand alone; else after the turns that it leans on."""
    if not history or not leans(question, retriever):
        return Reading(question)
    chain: list[Turn] = []
    for turn in reversed(history[-LOOK_BACK:]):
        chain.insert(0, turn)
        leant = turn.answer.read_as is not None if turn.answer else leans(turn.question, retriever)
        if not leant:
            break
    return Reading(join(question, chain), told(question, chain))


def leans(question: str, retriever: Retriever) -> bool:
    """Whether a question cannot stand alone among these papers; one on the library can, unless a pronoun dangles."""
    if not borrowed(question)[0] and understand(question).corpus:
        return False
    model, threshold = _fitted()
    return float(model.predict(measure(question, retriever)[None, :])[0]) >= threshold


def measure(question: str, retriever: Retriever) -> Table:
    """The features of a question, in the order of FEATURES."""
    found = retriever.look(question, limit=2)
    scores = [hit.score for hit in found.hits] or [0.0]
    gap = scores[0] - scores[-1] if len(scores) > 1 else 1.0
    known = sum(term.weight for term in found.terms if term.papers)
    unknown = sum(not term.papers for term in found.terms)
    counts = (min(known, 15) / 5, min(unknown, 4), min(len(found.terms), 8))
    return np.array([*borrowed(question), scores[0], gap, *counts], dtype=np.float64)


@lru_cache(maxsize=1)
def _fitted() -> tuple[Logistic, float]:
    kept = stored("followup.json")
    model = from_json(kept["model"])
    if model.features != FEATURES:
        raise ValueError("rag/fitted/followup.json was fitted on other features: run `python -m eval.fit.followups`")
    return model, float(kept["threshold"])
