"""Writing to a Chroma server as the shared home of an index: its records hold whole papers."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

from index.chroma.mirror import FACTS, NOT_YET, check, pull
from index.chroma.outbox import Outlet, dimension
from index.chroma.vectors import Record, Vectors
from index.embedding.protocol import Vector
from index.errors import IndexBusy
from index.storage.codec import paper_from_json, window_from_bytes
from index.storage.writer import Writer

LEASE_SECONDS = 120.0


class ServerOutlet(Outlet):
    """Sends whole papers, under a lease that keeps other clients from writing at the same time."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def begin(self, writer: Writer) -> None:
        """Take the lease, and bring the mirror in step with what other clients wrote."""
        notes, meta = self._vectors.notes(), writer.meta()
        check(notes, meta, self._vectors.url or "")
        self._refuse_two(writer, notes)
        if not notes:
            with writer.transaction():
                writer.note_all()
        elif notes.get("generation") not in (meta.get("server_generation"), NOT_YET):
            pull(writer, self._vectors)

    def send(self, writer: Writer, chunk_ids: Sequence[str]) -> None:
        """Write the chunks that exist, take out those that do not; the lease is renewed."""
        notes, generation = self._vectors.notes(), writer.meta().get("server_generation", NOT_YET)
        self._refuse_two(writer, notes)
        if notes.get("generation", NOT_YET) not in (generation, NOT_YET):
            raise IndexBusy(f"another client has written to {self._vectors.url} meanwhile; run the sync again")
        self._note(writer, generation, leased=True)
        records = [_record(writer, row) for row in _chunk_rows(writer, chunk_ids)]
        there = {record.chunk_id for record in records}
        self._vectors.upsert(records)
        self._vectors.delete([one for one in chunk_ids if one not in there])

    def finish(self, writer: Writer) -> None:
        """Publish a new generation, by which the other clients know that they have to look."""
        generation = uuid.uuid4().hex
        self._note(writer, generation, leased=False)
        with writer.transaction():
            writer.set_meta("server_generation", generation)

    def _refuse_two(self, writer: Writer, notes: dict[str, Any]) -> None:
        other = notes.get("writer", "") not in ("", self._client(writer))
        if other and time.time() - float(notes.get("writing_since", 0)) < LEASE_SECONDS:
            raise IndexBusy(f"another client is writing to {self._vectors.url}; try again when it has finished")

    def _client(self, writer: Writer) -> str:
        client = writer.meta().get("client")
        if client is None:
            client = uuid.uuid4().hex
            with writer.transaction():
                writer.set_meta("client", client)
        return client

    def _note(self, writer: Writer, generation: str, *, leased: bool) -> None:
        meta = writer.meta()
        facts = {fact: meta[fact] for fact in FACTS} | {"generation": generation}
        if leased:
            facts |= {"writer": self._client(writer), "writing_since": str(time.time())}
        self._vectors.note(facts)


def _chunk_rows(writer: Writer, chunk_ids: Sequence[str]) -> list[tuple[Any, ...]]:
    sql = """SELECT chunk_id, paper_id, position, title, start, "end", vector FROM chunks
             WHERE chunk_id IN (SELECT value FROM json_each(?))"""
    return writer.rows(sql, (json.dumps(list(chunk_ids)),))


def _record(writer: Writer, row: tuple[Any, ...]) -> Record:
    chunk_id, paper_id, position, title, start, end, data = row
    fields: dict[str, str | int] = {"paper_id": paper_id, "position": position, "title": title}
    fields |= {"start": start, "end": end}
    if position == 0:
        fields |= _paper_fields(writer, paper_id)
    vector: Vector = window_from_bytes(data, dimension(writer))
    return Record(chunk_id, vector, fields)


def _paper_fields(writer: Writer, paper_id: str) -> dict[str, str | int]:
    """What the first record of a paper holds beyond its vector: all that another client needs to mirror it."""
    sql = """SELECT p.data, s.spans, s.vectors, (SELECT count(*) FROM chunks WHERE paper_id = p.paper_id)
             FROM papers AS p JOIN sentences AS s USING (paper_id) WHERE p.paper_id = ?"""
    data, spans, rows, chunks = writer.rows(sql, (paper_id,))[0]
    entries = []
    for source in paper_from_json(data).sources:
        entries += writer.rows(
            "SELECT e.file, f.sha256, e.data FROM entries AS e JOIN files AS f USING (file) "
            "WHERE e.file = ? AND e.position = ?",
            (source.file, source.position),
        )
    sentences = base64.b64encode(rows).decode()
    return {"paper": data, "spans": spans, "sentences": sentences, "chunks": chunks, "entries": json.dumps(entries)}
