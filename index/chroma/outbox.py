"""How Chroma learns what SQLite holds: a Chroma in the index folder gets vectors, a server whole papers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from index.chroma.vectors import Record, Vectors
from index.embedding.protocol import Vector
from index.errors import IndexDamaged, IndexMissing
from index.storage.codec import window_from_bytes
from index.storage.faults import reading
from index.storage.writer import Writer

DRAIN = 2000


class Outlet(Protocol):
    """Where the outbox goes."""

    def begin(self, writer: Writer) -> None:
        """Get ready to write: see to it that what is there is in step with SQLite."""

    def send(self, writer: Writer, chunk_ids: Sequence[str]) -> None:
        """Write the chunks that exist, take out those that do not."""

    def finish(self, writer: Writer) -> None:
        """Everything has been sent."""


class FolderOutlet:
    """Chroma in the index folder: chunk ids and vectors, everything else is in SQLite beside it."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def begin(self, writer: Writer) -> None:
        """Where Chroma is gone or damaged, have everything sent again: SQLite holds all of it."""
        if self._vectors.there():
            try:
                self._vectors.query(_any(writer), 1)
                return
            except IndexMissing:
                pass  # killed before the collection was made
            except IndexDamaged:
                self._vectors.wipe()
        with writer.transaction():
            writer.note_all()

    def send(self, writer: Writer, chunk_ids: Sequence[str]) -> None:
        """Write the chunks that exist, take out those that do not."""
        sql = "SELECT chunk_id, vector FROM chunks WHERE chunk_id IN (SELECT value FROM json_each(?))"
        rows = writer.rows(sql, (json.dumps(list(chunk_ids)),))
        with reading(writer.folder):
            records = [Record(chunk_id, window_from_bytes(data, dimension(writer))) for chunk_id, data in rows]
        self._vectors.upsert(records)
        there = {chunk_id for chunk_id, _ in rows}
        self._vectors.delete([one for one in chunk_ids if one not in there])

    def finish(self, writer: Writer) -> None:
        """Count; where Chroma has lost or kept what it should not have, write it anew."""
        if self._vectors.count() != writer.rows("SELECT count(*) FROM chunks")[0][0]:
            self._vectors.clear()
            with writer.transaction():
                writer.note_all()
            drain(writer, self)


def dimension(writer: Writer) -> int:
    """The number of components of the index's vectors."""
    return int(writer.meta()["dimension"])


def _any(writer: Writer) -> Vector:
    vector: Vector = np.full(dimension(writer), 0.5, dtype=np.float32)
    return vector


def drain(writer: Writer, outlet: Outlet) -> None:
    """Tell Chroma what the outbox holds; each part is struck off, under a new generation, once Chroma has it."""
    while chunk_ids := writer.pending(DRAIN):
        outlet.send(writer, chunk_ids)
        with writer.transaction():
            writer.done(chunk_ids)
