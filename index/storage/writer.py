"""Writing the truth of an index: each change is one SQLite transaction that also notes what Chroma has to learn."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.embedding.protocol import Vector
from index.readers.entries.entry import FileContent
from index.readers.scan import Seen
from index.schema import Chunk, Paper
from index.storage import database
from index.storage.codec import entry_to_json, paper_sha256, paper_to_json, sentences_to_bytes, window_to_bytes
from index.storage.faults import damaged, reading


@dataclass(frozen=True, slots=True, eq=False)
class IndexedPaper:
    """A paper with everything that is derived from its text; ``entries`` is how many records it was merged from."""

    paper: Paper
    entries: int
    chunks: tuple[Chunk, ...]
    vectors: Vector
    spans: tuple[tuple[int, int], ...]
    sentences: Vector


def text_sha256(paper: Paper) -> str:
    """The fingerprint of what is embedded: a paper with the same one keeps its vectors."""
    return hashlib.sha256(f"{paper.title}\n\n{paper.abstract}".encode()).hexdigest()


class Writer:
    """Write access to the SQLite file in ``folder``; the caller holds the lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = database.connect(folder, writing=True)

    def close(self) -> None:
        """Let the file go."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that happens inside is committed together under a new generation number, or not at all."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has ended it already
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise damaged(self.folder, error) from error

    def set_meta(self, key: str, value: str) -> None:
        """Record a fact about the index (inside a transaction)."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def meta(self) -> dict[str, str]:
        """The facts recorded about the index."""
        return dict(self.rows("SELECT key, value FROM meta"))

    def age_files(self, readers: str, mark: str) -> None:
        """With other readers than those that read its files, the index has each read again when it is next met."""
        if self.meta().get("readers") == readers:
            return
        with self.transaction():
            met = (
                "UPDATE files SET mtime_ns = NULL, sha256 = ? || sha256 WHERE sha256 <> '' AND sha256 NOT LIKE ? || '%'"
            )
            self.connection.execute(met, (mark, mark))
            self.set_meta("readers", readers)

    def rename_kept(self, old: str, new: str, prefix: str) -> None:
        """What the user decided of a paper holds under its new id (inside a transaction)."""
        self.connection.execute("INSERT OR IGNORE INTO removed SELECT ? FROM removed WHERE paper_id = ?", (new, old))
        self.connection.execute(
            "INSERT OR IGNORE INTO meta SELECT ?, value FROM meta WHERE key = ?", (prefix + new, prefix + old)
        )

    def put_paper(self, indexed: IndexedPaper) -> None:
        """Store a paper with its chunks, vectors, sentences and lexical row, in the place of what it was before."""
        paper, execute = indexed.paper, self.connection.execute
        self._note_chunks(paper.paper_id)
        self._delete_text(paper.paper_id)
        self.put_record(paper, indexed.entries)
        number = self._number(paper.paper_id)
        execute(
            "INSERT INTO papers_fts (rowid, title, abstract) VALUES (?, ?, ?)", (number, paper.title, paper.abstract)
        )
        self.connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (c.chunk_id, c.paper_id, position, c.title, c.text, c.start, c.end, window_to_bytes(vector))
                for position, (c, vector) in enumerate(zip(indexed.chunks, indexed.vectors, strict=True))
            ],
        )
        spans, rows = json.dumps(indexed.spans), sentences_to_bytes(indexed.sentences)
        execute("INSERT INTO sentences VALUES (?, ?, ?)", (paper.paper_id, spans, rows))
        self._note_chunks(paper.paper_id)

    def put_record(self, paper: Paper, entries: int) -> None:
        """Store what is known of a paper; its text is the same as before, so vectors stay as they are."""
        self.connection.execute(
            """INSERT INTO papers (paper_id, data, sha256, text_sha256, entries) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (paper_id) DO UPDATE SET data = excluded.data, sha256 = excluded.sha256,
               text_sha256 = excluded.text_sha256, entries = excluded.entries""",
            (paper.paper_id, paper_to_json(paper), paper_sha256(paper), text_sha256(paper), entries),
        )
        self._note_chunks(paper.paper_id)

    def delete_paper(self, paper_id: str) -> None:
        """Take a paper out, with everything derived from it."""
        self._note_chunks(paper_id)
        self._delete_text(paper_id)
        self.connection.execute("DELETE FROM papers WHERE paper_id = ?", (paper_id,))

    def put_file(self, seen: Seen, content: FileContent, *, keep: bool) -> None:
        """Record a file and what it gave; with ``keep`` the entries that it gave before stay."""
        failed = not content.records and bool(content.rejects)
        rejects = json.dumps([(one.file, one.line, one.reason, one.count, one.kept) for one in content.rejects])
        row = (seen.file, seen.size, seen.changed_ns, content.sha256, content.format, failed, rejects)
        self.connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if not keep:
            self.connection.execute("DELETE FROM entries WHERE file = ?", (seen.file,))
            rows = [(seen.file, entry.source.position, entry_to_json(entry)) for entry in content.records]
            self.connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)

    def forget_file(self, file: str) -> None:
        """A file is gone, and so are its entries."""
        self.connection.execute("DELETE FROM entries WHERE file = ?", (file,))
        self.connection.execute("DELETE FROM files WHERE file = ?", (file,))

    def put_fingerprints(self) -> None:
        """Compute corpus and index fingerprints from the papers as they are now."""
        corpus = hashlib.sha256()
        for paper_id, sha256 in self.connection.execute("SELECT paper_id, sha256 FROM papers ORDER BY paper_id"):
            corpus.update(f"{paper_id}\t{sha256}\n".encode())
        meta = dict(self.connection.execute("SELECT key, value FROM meta"))
        parts = [
            corpus.hexdigest(),
            meta["model"],
            meta["dimension"],
            meta["chunking"],
            database.FORMAT,
            database.BUILD,
        ]
        self.set_meta("corpus_sha256", corpus.hexdigest())
        self.set_meta("index_sha256", hashlib.sha256("\n".join(parts).encode()).hexdigest())

    def pending(self, limit: int) -> list[str]:
        """Chunk ids that Chroma has yet to hear of."""
        found = self.connection.execute("SELECT chunk_id FROM outbox ORDER BY chunk_id LIMIT ?", (limit,))
        return [chunk_id for (chunk_id,) in found]

    def note_all(self) -> None:
        """Have every chunk sent to Chroma again."""
        self.connection.execute("INSERT OR IGNORE INTO outbox SELECT chunk_id FROM chunks")

    def done(self, chunk_ids: Iterable[str]) -> None:
        """Chroma has these."""
        self.connection.executemany("DELETE FROM outbox WHERE chunk_id = ?", [(one,) for one in chunk_ids])

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with reading(self.folder):
            return self.connection.execute(sql, tuple(parameters)).fetchall()

    def _number(self, paper_id: str) -> int | None:
        found = self.connection.execute("SELECT number FROM papers WHERE paper_id = ?", (paper_id,)).fetchone()
        return int(found[0]) if found else None

    def _note_chunks(self, paper_id: str) -> None:
        self.connection.execute(
            "INSERT OR IGNORE INTO outbox SELECT chunk_id FROM chunks WHERE paper_id = ?", (paper_id,)
        )

    def _delete_text(self, paper_id: str) -> None:
        number = self._number(paper_id)
        if number is not None:
            self.connection.execute("DELETE FROM papers_fts WHERE rowid = ?", (number,))
        self.connection.execute("DELETE FROM chunks WHERE paper_id = ?", (paper_id,))
        self.connection.execute("DELETE FROM sentences WHERE paper_id = ?", (paper_id,))
