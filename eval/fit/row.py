"""A question as the fits of the reading see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.fit.corpora import Posed
from rag.read.readings import Readings
from rag.retrieve.retriever import Retrieval

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A question looked up and read in one corpus. kind: that of the question, "absent" where its papers are gone.

    labels: for each sentence, whether it answers; None where nothing tells.
    """

    corpus: str
    posed: Posed
    kind: str
    found: Retrieval
    readings: Readings
    table: Table
    labels: Table | None


def by_corpus(rows: Sequence[Row]) -> NDArray[np.int64]:
    """A fold for each corpus: what is fitted is judged on a corpus that it has not seen."""
    return _numbered([row.corpus for row in rows])


def by_question(rows: Sequence[Row]) -> NDArray[np.int64]:
    """Ten folds; a question, with its papers or without, is in one of them."""
    return _numbered([row.posed.question for row in rows]) % 10


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names])
