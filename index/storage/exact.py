"""The nearest chunks, exactly: vectors in memory, every one compared.

Chroma's search is approximate, and which neighbours it misses differs from one opening of a collection to the next,
even in one of 127. Up to some thousands of chunks comparing with all of them is as fast, and always says the same.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from index.embedding.protocol import Vector

EXACT_CHUNKS = 20_000  # 31 MB of MiniLM's vectors


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """The vectors (n, d) of chunks, beside the ids of the chunks and of their papers."""

    paper_ids: tuple[str, ...]
    chunk_ids: tuple[str, ...]
    vectors: Vector

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """(chunk_id, cosine) of the nearest chunks, nearest first."""
        scores = self.vectors @ np.asarray(vector, dtype=np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(self.chunk_ids[row], float(scores[row])) for row in best]

    def within(self, paper_ids: Set[str]) -> Matrix:
        """The part that belongs to those papers."""
        rows = [row for row, paper_id in enumerate(self.paper_ids) if paper_id in paper_ids]
        return Matrix(
            tuple(self.paper_ids[row] for row in rows), tuple(self.chunk_ids[row] for row in rows), self.vectors[rows]
        )


def matrix(rows: Sequence[tuple[str, str, Vector]], dimension: int) -> Matrix:
    """Of (paper_id, chunk_id, vector)."""
    vectors = np.stack([row for _, _, row in rows]) if rows else np.zeros((0, dimension), dtype=np.float32)
    return Matrix(tuple(row[0] for row in rows), tuple(row[1] for row in rows), vectors)
