"""The vectors in Chroma, in the index folder or on a server. Only engine.py beside it knows Chroma as well."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from index.chroma.engine import Collection
from index.embedding.protocol import Vector
from index.errors import IndexDamaged, IndexMissing, IndexProblem, InputError
from index.storage.faults import circumstance

COLLECTION = "citewell"
FOLDER = "chroma"
BATCH = 1000
# Finds the same 80 as comparing with every vector: tests/test_index_recall.py, near duplicates among them. The defaults
# (16, 100, 100) miss some, and which ones differs from one opening of a collection to the next.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 1000, "sync_threshold": 1000}


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What Chroma keeps of a chunk; the metadata is empty in a folder and holds the whole paper on a server."""

    chunk_id: str
    vector: Vector
    metadata: Mapping[str, str | int] | None = None


class Vectors:
    """One Chroma collection of chunk vectors, compared by cosine. Opened at the first use, reopened by request."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder / FOLDER
        self.url = url
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None

    def query(self, vector: Vector, limit: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """(chunk_id, cosine) of the nearest chunks, nearest first; of those ``ids`` alone, where they are given."""
        if limit < 1 or (ids is not None and not ids):
            return []
        chosen = None if ids is None else list(ids)
        with self._said():
            found = self._open().query(query_embeddings=[vector], n_results=limit, ids=chosen, include=["distances"])
        return [(one, 1.0 - float(far)) for one, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def upsert(self, records: Sequence[Record]) -> None:
        """Write records; writing one again changes nothing.

        A vector is never overwritten: Chroma's graph may lose one that is, the same numbers or others, so that no
        search finds it. One that is as it was is left alone, one that changed is taken out and added.
        """
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            with self._said():
                held = self._held([one.chunk_id for one in batch])
            same = {one.chunk_id for one in batch if one.chunk_id in held and _same(one.vector, held[one.chunk_id])}
            self.delete([one.chunk_id for one in batch if one.chunk_id in held.keys() - same])
            with self._said():
                self._describe([one for one in batch if one.chunk_id in same and one.metadata])
                self._add([one for one in batch if one.chunk_id not in same])

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Take records out; one that is not there is no error."""
        for start in range(0, len(chunk_ids), BATCH):
            with self._said():
                self._open(make=True).delete(ids=list(chunk_ids[start : start + BATCH]))

    def there(self) -> bool:
        """Whether Chroma has been written in the folder (a look at the file, without Chroma)."""
        return (self.folder / "chroma.sqlite3").is_file()

    def count(self) -> int:
        """The number of records; 0 where there is no collection."""
        with self._said():
            return int(self._open(make=True).count())

    def clear(self) -> None:
        """Take everything out, and the collection with it: what is written next makes it as it is made today."""
        with self._said():
            self._open(make=True)
            if self.url is None:
                self._collection.drop()
            else:
                self._client.delete_collection(COLLECTION)
            self._collection = None

    def wipe(self) -> None:
        """Delete Chroma's files in the folder, whatever state they are in."""
        with self._lock:
            self.close()
            try:
                shutil.rmtree(self.folder)
            except FileNotFoundError:
                return
            except OSError as error:
                raise circumstance(self.folder, error) or IndexProblem(f"{self.folder}: {error}") from error

    def records(self) -> Iterator[Record]:
        """Everything that the collection holds."""
        start = 0
        while True:
            with self._said():
                page = self._open().get(limit=BATCH, offset=start, include=["embeddings", "metadatas"])
            for row in zip(page["ids"], page["embeddings"], page["metadatas"], strict=True):
                yield Record(*row)
            if len(page["ids"]) < BATCH:
                return
            start += BATCH

    def notes(self) -> dict[str, Any]:
        """The facts kept on the collection itself, asked of Chroma anew; empty where there is no collection."""
        with self._said():
            self._collection = None
            try:
                return dict(self._open().metadata or {})
            except IndexMissing:
                return {}

    def note(self, facts: Mapping[str, str]) -> None:
        """Keep facts on the collection, in the place of those before."""
        with self._said():
            self._open(make=True).modify(metadata=dict(facts))

    def reopen(self) -> None:
        """Forget what this process has cached: another one may have written since."""
        with self._lock:
            self._collection = None

    def close(self) -> None:
        """Let files and connections go; the next use opens them again."""
        with self._lock:
            client = self._client
            self._collection = self._client = None
            if client is not None:
                client.close()

    def _held(self, chunk_ids: list[str]) -> dict[str, Any]:
        found = self._open(make=True).get(ids=chunk_ids, include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))

    def _describe(self, records: Sequence[Record]) -> None:
        if records:
            metadatas = [dict(one.metadata or {}) for one in records]
            self._open().update(ids=[one.chunk_id for one in records], metadatas=metadatas)

    def _add(self, records: Sequence[Record]) -> None:
        if records:
            metadatas = [dict(one.metadata) for one in records if one.metadata]
            rows = [one.vector for one in records]
            self._open().upsert(ids=[one.chunk_id for one in records], embeddings=rows, metadatas=metadatas or None)

    def _open(self, *, make: bool = False) -> Any:
        if self.url is None and not make and not self.there():  # Chroma would make a file, as if it had been written
            raise self._nothing()
        if self._collection is None:
            self._collection = self._in_folder(make) if self.url is None else self._on_server(self.url, make)
        return self._collection

    def _in_folder(self, make: bool) -> Collection:
        try:
            return Collection(self.folder, COLLECTION, HNSW if make else None)
        except Exception as error:
            if type(error).__name__ == "NotFoundError":
                raise self._nothing() from error
            raise

    def _on_server(self, url: str, make: bool) -> Any:
        from chromadb.errors import NotFoundError

        if self._client is None:
            self._client = _client(url)
        if make:
            return self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
            )
        try:
            return self._client.get_collection(COLLECTION, embedding_function=None)
        except NotFoundError as error:
            raise self._nothing() from error

    def _nothing(self) -> IndexMissing:
        return IndexMissing(f"{self._place} holds no vectors: run `citewell index sync PATH…`")

    @property
    def _place(self) -> str:
        return self.url or str(self.folder)

    def _said(self) -> _Translated:
        return _Translated(self._place, self.url is not None, self._lock)


def _same(vector: Vector, held: Any) -> bool:
    return bool(np.allclose(vector, held, rtol=0.0, atol=1e-6))  # Chroma brings each to the length of one


def _client(url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url!r} is no Chroma server: expected something like http://localhost:8000")
    import chromadb
    from chromadb.config import Settings

    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    settings = Settings(anonymized_telemetry=False)
    return chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=settings)


class _Translated:
    """Chroma's own exceptions, and those of the HTTP client under it, as one line of ours; one thread at a time."""

    def __init__(self, place: str, remote: bool, lock: threading.RLock) -> None:
        self._place, self._remote, self._lock = place, remote, lock

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._lock.release()
        if error is None or isinstance(error, IndexProblem | InputError):
            return
        panic = type(error).__name__ == "PanicException"  # how Chroma's engine says that it cannot go on
        if not panic and (not isinstance(error, Exception) or isinstance(error, TypeError | AttributeError)):
            return
        said = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        if self._remote:
            raise IndexProblem(f"the Chroma server {self._place} does not answer as it should: {said}") from error
        told = circumstance(f"the vectors in {self._place}", error)
        raise told or IndexDamaged(
            f"the vectors in {self._place} cannot be used ({said}): run `citewell index sync PATH…`, which writes them "
            "anew from SQLite beside them; nothing is lost"
        ) from error
