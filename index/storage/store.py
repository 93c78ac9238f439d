"""Reading the truth of an index: papers, chunks, vectors and BM25 out of SQLite."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.protocol import Vector
from index.schema import Chunk, Manifest, Paper, SentenceVectors
from index.storage import database
from index.storage.codec import paper_from_json, sentences_from, window_from_bytes
from index.storage.faults import reading

# the last column tells whether a chunk is what stands at its place in the abstract; both are read at one moment
CHUNKS = """SELECT chunk_id, c.paper_id, c.title, text, start, "end",
            p.data IS NULL OR text = substr(json_extract(p.data, '$.abstract'), start + 1, "end" - start)
            FROM chunks AS c LEFT JOIN papers AS p ON p.paper_id = c.paper_id"""


class Store:
    """Read access to the SQLite file in ``folder``; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._connection = database.connect(folder)
        self._file = database.identity(folder)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._connection.close()

    def in_place(self) -> bool:
        """Whether the file that is open is still the one in the folder."""
        return database.identity(self.folder) == self._file

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock, reading(self.folder):
            return self._connection.execute(sql, parameters).fetchall()

    def generation(self) -> int:
        """The number of the newest committed change."""
        with reading(self.folder):
            return int(self.rows("SELECT value FROM meta WHERE key = 'generation'")[0][0])

    def manifest(self) -> Manifest:
        """What the index was built with."""
        meta = dict(self.rows("SELECT key, value FROM meta"))
        with reading(self.folder):
            return Manifest(
                model=meta["model"],
                dimension=int(meta["dimension"]),
                chunking=meta["chunking"],
                corpus_sha256=meta.get("corpus_sha256", ""),
                index_sha256=meta.get("index_sha256", ""),
                generation=int(meta["generation"]),
                chroma_url=meta.get("chroma_url"),
            )

    def papers(self) -> tuple[Paper, ...]:
        """All papers, ordered by paper_id."""
        rows = self.rows("SELECT data FROM papers ORDER BY paper_id")
        with reading(self.folder):
            return tuple(paper_from_json(data) for (data,) in rows)

    def chunks(self, paper_id: str) -> tuple[Chunk, ...]:
        """The chunks of a paper in order."""
        return tuple(self._chunks(f"{CHUNKS} WHERE c.paper_id = ? ORDER BY position", paper_id))

    def chunks_by_id(self, chunk_ids: Sequence[str]) -> dict[str, Chunk]:
        """Those of the chunks that exist."""
        sql = f"{CHUNKS} WHERE chunk_id IN (SELECT value FROM json_each(?))"
        return {chunk.chunk_id: chunk for chunk in self._chunks(sql, json.dumps(list(chunk_ids)))}

    def _chunks(self, sql: str, value: str) -> list[Chunk]:
        rows = self.rows(sql, (value,))
        with reading(self.folder):
            if not all(sound for *_, sound in rows):
                raise ValueError("a chunk is not what stands in its abstract")
        return [Chunk(*row) for *row, _ in rows]

    def chunk_ids(self, paper_ids: Iterable[str]) -> list[str]:
        """The ids of the chunks of those papers."""
        sql = "SELECT chunk_id FROM chunks WHERE paper_id IN (SELECT value FROM json_each(?))"
        return [chunk_id for (chunk_id,) in self.rows(sql, (json.dumps(list(paper_ids)),))]

    def nearest(self, vector: Vector, limit: int, paper_ids: Iterable[str]) -> list[tuple[str, float]]:
        """(chunk_id, cosine) of the chunks of those papers nearest to a vector: compared with every one of them."""
        rows = self.window_rows(paper_ids, len(vector))
        if not rows:
            return []
        scores = np.stack([row for _, _, row in rows]) @ np.asarray(vector, dtype=np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(rows[place][1], float(scores[place])) for place in best]

    def window_rows(self, paper_ids: Iterable[str], dimension: int) -> list[tuple[str, str, Vector]]:
        """(paper_id, chunk_id, vector) of each chunk of those papers, in the chunks' order."""
        sql = """SELECT paper_id, chunk_id, vector FROM chunks
                 WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY paper_id, position"""
        found = self.rows(sql, (json.dumps(list(paper_ids)),))
        with reading(self.folder):
            return [(paper_id, chunk_id, window_from_bytes(data, dimension)) for paper_id, chunk_id, data in found]

    def sentences(self, paper_ids: Iterable[str], dimension: int) -> dict[str, SentenceVectors]:
        """The sentences of those papers with their vectors."""
        sql = "SELECT paper_id, spans, vectors FROM sentences WHERE paper_id IN (SELECT value FROM json_each(?))"
        rows = self.rows(sql, (json.dumps(list(paper_ids)),))
        with reading(self.folder):
            return {paper_id: sentences_from(spans, data, dimension) for paper_id, spans, data in rows}

    def lexical(self, question: str, limit: int, within: frozenset[str] | None) -> tuple[tuple[str, float], ...]:
        """(paper_id, BM25) of the papers that share a stemmed term with the question, best first."""
        match = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms(question)))
        if not match or limit < 1:
            return ()
        chosen = "" if within is None else "AND p.paper_id IN (SELECT value FROM json_each(:within))"
        sql = f"""SELECT p.paper_id, -f.score FROM
                  (SELECT rowid, bm25(papers_fts) AS score FROM papers_fts WHERE papers_fts MATCH :match) AS f
                  JOIN papers AS p ON p.number = f.rowid {chosen} ORDER BY f.score, p.paper_id LIMIT :limit"""
        values = {"match": match, "limit": limit}
        if within is not None:
            values["within"] = json.dumps(sorted(within))
        return tuple(self.rows(sql, values))  # type: ignore[arg-type]

    def document_frequency(self, term: str) -> int:
        """How many papers hold the stemmed term."""
        words = terms(term)
        if not words:
            return 0
        sql = "SELECT count(*) FROM papers_fts WHERE papers_fts MATCH ?"
        return int(self.rows(sql, ('"' + " ".join(words) + '"',))[0][0])


def terms(text: str) -> list[str]:
    """The words of a text as FTS5 may take them: letters and digits alone, so nothing reads as syntax."""
    return re.findall(r"[^\W_]+", text.lower())


def stack(rows: Sequence[Vector], dimension: int) -> Vector:
    """Vectors as the rows of one matrix, also where there is none."""
    return np.stack(rows) if rows else np.zeros((0, dimension), dtype=np.float32)
