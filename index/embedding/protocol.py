"""What the index asks of an embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as a model sees it: the paper's title, the text, and the spans of its sentences in the text."""

    title: str
    text: str
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """The vector of a passage (d,) and one for each of its sentences (n, d), all of unit norm."""

    window: Vector
    sentences: Vector


class Embedder(Protocol):
    """An embedding model. Vectors of queries and passages have unit norm and are compared by cosine.

    name: identifies the model and its weights; an index refuses a model of another name.
    max_tokens: how much text the model reads, special tokens included.
    """

    @property
    def name(self) -> str:
        """The name by which an index recognises the model."""

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a passage the model reads, special tokens and title included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special tokens."""

    def embed_query(self, text: str) -> Vector:
        """The vector (d,) of a question."""

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of passages, in order."""


def passage_text(passage: Passage) -> tuple[str, int]:
    """The text that is embedded, title first, and where in it the passage's own text begins."""
    if not passage.title:
        return passage.text, 0
    return f"{passage.title}\n{passage.text}", len(passage.title) + 1


def unit(rows: NDArray[np.floating]) -> Vector:
    """The rows (or the one row) scaled to norm 1; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.ascontiguousarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)
