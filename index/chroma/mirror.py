"""Each client of a Chroma server mirrors its records in SQLite, and does so anew whenever they have changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from index.chroma.vectors import Record, Vectors
from index.errors import IndexMismatch, IndexMissing, IndexProblem
from index.schema import Chunk, Paper
from index.storage import database
from index.storage.codec import paper_from_json
from index.storage.lock import writing
from index.storage.writer import IndexedPaper, Writer

FACTS = ("format", "model", "dimension", "chunking")
WAIT = 120.0
NOT_YET = "none"


def make(folder: Path, url: str) -> None:
    """Make a mirror of the server in ``folder``, where there is none."""
    if database.exists(folder):
        if database.chroma_url(folder) != url:
            raise IndexMismatch(f"the index at {folder} is no mirror of {url}: choose another --index for that")
        return
    database.refuse_foreign(folder)
    vectors = Vectors(folder, url)
    meta = facts(vectors)
    with writing(folder, wait=WAIT):
        if not database.exists(folder):
            database.create(folder, {**meta, "chroma_url": url}).close()
    refresh(folder, vectors)


def refresh(folder: Path, vectors: Vectors) -> None:
    """Bring the mirror in step with the server, if it is not."""
    notes = vectors.notes()
    if not notes:
        raise IndexMissing(f"the Chroma server {vectors.url} holds no index: run `citewell index sync PATH…` again")
    connection = database.connect(folder)
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    connection.close()
    check(notes, meta, str(vectors.url))
    if notes.get("generation") in (meta.get("server_generation"), NOT_YET):
        return
    with writing(folder, wait=WAIT):
        writer = Writer(folder)
        try:
            pull(writer, vectors)
        finally:
            writer.close()


def check(notes: dict[str, Any], meta: dict[str, str], url: str) -> None:
    """Refuse a server whose collection was made with another model, chunking or format."""
    differing = [fact for fact in FACTS if notes and str(notes.get(fact)) != meta[fact]]
    if differing:
        said = ", ".join(f"{fact} {notes.get(fact)!r} there, {meta[fact]!r} here" for fact in differing)
        raise IndexMismatch(
            f"the Chroma server {url} was filled otherwise ({said}): use the same, or delete its collection"
        )


def facts(vectors: Vectors) -> dict[str, str]:
    """What the server's collection was made with; IndexMissing where there is none."""
    notes = vectors.notes()
    if any(fact not in notes for fact in FACTS):
        raise IndexMissing(
            f"the Chroma server {vectors.url} holds no index: `citewell index sync PATH… --chroma-url …`"
        )
    return {fact: str(notes[fact]) for fact in FACTS}


def pull(writer: Writer, vectors: Vectors) -> None:
    """Make the mirror anew from the server's records, in one transaction."""
    generation = str(vectors.notes().get("generation", ""))
    records = list(vectors.records())
    try:
        with writer.transaction():
            for table in ("files", "entries", "papers", "chunks", "sentences", "papers_fts", "outbox"):
                writer.connection.execute(f"DELETE FROM {table}")
            for group in _by_paper(records):
                _store(writer, group)
            writer.set_meta("server_generation", generation)
            writer.put_fingerprints()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexProblem(
            f"the Chroma server {vectors.url} holds a record that citewell did not write so ({error!r:.120}): delete "
            "its collection there and run `citewell index sync PATH…` again"
        ) from error


def _by_paper(records: Iterable[Record]) -> list[list[Record]]:
    papers: dict[str, list[Record]] = {}
    for record in records:
        papers.setdefault(str((record.metadata or {})["paper_id"]), []).append(record)
    return [sorted(group, key=lambda one: int((one.metadata or {})["position"])) for group in papers.values()]


def _store(writer: Writer, records: list[Record]) -> None:
    first = dict(records[0].metadata or {})
    if first["position"] != 0:  # the rest of a paper that was being deleted
        writer.connection.executemany("INSERT INTO outbox VALUES (?)", [(one.chunk_id,) for one in records])
        return
    paper = paper_from_json(str(first["paper"]))
    entries = json.loads(str(first["entries"]))
    chunks = [_chunk(record, paper) for record in records]
    spans = tuple((start, end) for start, end in json.loads(str(first["spans"])))
    rows = np.frombuffer(base64.b64decode(str(first["sentences"])), dtype="<f2").astype(np.float32)
    sentences = rows.reshape(len(spans), -1) if spans else np.zeros((0, len(records[0].vector)), dtype=np.float32)
    vectors = np.array([record.vector for record in records], dtype=np.float32)
    writer.put_paper(IndexedPaper(paper, len(entries), tuple(chunks), vectors, spans, sentences))
    writer.connection.execute("DELETE FROM outbox WHERE chunk_id LIKE ? || '#%'", (paper.paper_id,))
    if len(records) != int(first["chunks"]):  # its writing was interrupted: the next sync embeds it again
        writer.connection.execute("UPDATE papers SET text_sha256 = '' WHERE paper_id = ?", (paper.paper_id,))
    for file, sha256, data in entries:
        writer.connection.execute(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (file, json.loads(data)["source"]["position"], data)
        )
        writer.connection.execute("INSERT OR REPLACE INTO files VALUES (?, NULL, NULL, ?, '', 0, '[]')", (file, sha256))


def _chunk(record: Record, paper: Paper) -> Chunk:
    fields = dict(record.metadata or {})
    start, end = int(fields["start"]), int(fields["end"])
    return Chunk(record.chunk_id, paper.paper_id, str(fields["title"]), paper.abstract[start:end], start, end)
