"""Chroma, in the index folder or on a server. No other file knows chromadb."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.embedding.protocol import Vector
from index.errors import IndexMissing, IndexProblem, InputError

COLLECTION = "citewell"
FOLDER = "chroma"
BATCH = 1000
_MAKING = threading.Lock()


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
        self._system: Any = None
        self._collection: Any = None

    def query(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """(chunk_id, cosine) of the nearest chunks, nearest first."""
        with self._said():
            found = self._open().query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return [(one, 1.0 - float(far)) for one, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def upsert(self, records: Sequence[Record]) -> None:
        """Write records; writing one again changes nothing."""
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            metadatas = [dict(one.metadata) for one in batch if one.metadata]
            with self._said():
                self._open(make=True).upsert(
                    ids=[one.chunk_id for one in batch],
                    embeddings=[one.vector for one in batch],
                    metadatas=metadatas or None,
                )

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
        """Take everything out."""
        from chromadb.errors import NotFoundError

        with self._said():
            self._open(make=True)
            with contextlib.suppress(NotFoundError):
                self._client.delete_collection(COLLECTION)
            self._collection = None

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
            if self.url is None:
                self.close()

    def close(self) -> None:
        """Let files and connections go; the next use opens them again."""
        with self._lock:
            client, system = self._client, self._system
            self._collection = self._client = self._system = None
            if system is not None:
                system.stop()
            elif client is not None:
                client.close()

    def _open(self, *, make: bool = False) -> Any:
        if self.url is None and not make and not self.there():  # Chroma would make a file, as if it had been written
            raise self._nothing()
        if self._client is None:
            self._client = self._connect()
        if self._collection is None:
            self._collection = self._find(make)
        return self._collection

    def _find(self, make: bool) -> Any:
        from chromadb.errors import NotFoundError

        if make:
            space = {"hnsw": {"space": "cosine", "sync_threshold": 2000, "ef_search": 200}}
            return self._client.get_or_create_collection(COLLECTION, embedding_function=None, configuration=space)
        try:
            return self._client.get_collection(COLLECTION, embedding_function=None)
        except NotFoundError as error:
            raise self._nothing() from error

    def _connect(self) -> Any:
        import chromadb
        from chromadb.api import ServerAPI
        from chromadb.api.client import Client
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings, System

        settings = Settings(anonymized_telemetry=False)
        if self.url is None:
            # A PersistentClient shares one hidden system with every other on that folder, stale caches included, and
            # closing it closes theirs. This is the same client on a system of its own, which can be stopped. Chroma
            # looks that system up in a table of the whole process while it makes the client, and only then: one
            # thread at a time, and out of the table again.
            settings.is_persistent, settings.persist_directory = True, str(self.folder)
            self._system = System(settings)
            self._system.instance(ServerAPI)
            self._system.start()
            with _MAKING:
                client = Client.from_system(self._system)
                SharedSystemClient._identifier_to_system.pop(client._identifier, None)
                SharedSystemClient._identifier_to_refcount.pop(client._identifier, None)
            return client
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{self.url!r} is no Chroma server: expected something like http://localhost:8000")
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        return chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=settings)

    def _nothing(self) -> IndexMissing:
        return IndexMissing(f"{self._place} holds no vectors: run `citewell index sync PATH…`")

    @property
    def _place(self) -> str:
        return self.url or str(self.folder)

    def _said(self) -> _Translated:
        return _Translated(self._place, self.url is not None, self._lock)


class _Translated:
    """Chroma's own exceptions, and those of the HTTP client under it, as one line of ours; one thread at a time."""

    def __init__(self, place: str, remote: bool, lock: threading.RLock) -> None:
        self._place, self._remote, self._lock = place, remote, lock

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._lock.release()
        if error is None or isinstance(error, IndexProblem | InputError) or not isinstance(error, Exception):
            return
        from chromadb.errors import ChromaError

        said = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        if self._remote:
            raise IndexProblem(f"the Chroma server {self._place} does not answer as it should: {said}") from error
        if isinstance(error, ChromaError | ValueError | OSError | RuntimeError):
            raise IndexProblem(
                f"the vectors in {self._place} cannot be used ({said}): delete that folder and run "
                "`citewell index sync PATH…` again; nothing is lost, they are written anew from SQLite"
            ) from error
