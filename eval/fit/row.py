"""A question as the fits of the reading see it."""

from __future__ import annotations

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
