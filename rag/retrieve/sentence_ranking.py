"""How likely each sentence of the papers found is to answer the question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.fitted.logistic import Logistic, from_json, stored
from rag.question.kind import Question
from rag.retrieve.retriever import Retrieval
from rag.retrieve.sentence_features import FEATURES, Candidate, measure


@dataclass(frozen=True, slots=True)
class Scored:
    """The sentences that might be shown, and for each the probability that it answers the question."""

    candidates: tuple[Candidate, ...]
    scores: NDArray[np.float64]

    def best(self, limit: int) -> list[Candidate]:
        """The likeliest sentences, best first."""
        return [self.candidates[row] for row in np.argsort(-self.scores, kind="stable")[:limit]]


def score(question: Question, found: Retrieval, papers: int = 5) -> Scored:
    """Score every sentence of the first ``papers`` hits."""
    candidates, table = measure(question, found, papers)
    return Scored(candidates, selection_model().predict(table))


@lru_cache(maxsize=1)
def selection_model() -> Logistic:
    """The model that scores sentences; fitted by eval/fit/refusals.py."""
    model = from_json(stored("selection.json")["model"])
    if model.features != FEATURES:
        raise ValueError("rag/fitted/selection.json was fitted on other features: run `python -m eval.fit.refusals`")
    return model
