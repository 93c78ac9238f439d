"""Chroma in a folder: its engine alone, without the package around it.

Importing the package chromadb takes longer than answering a question: servers, telemetry and embedding functions come
along. The engine that it ships, chromadb_rust_bindings, opens in a tenth of a second and never opens a socket. What it
writes, any Chroma client reads. pyproject.toml holds chromadb to the releases that this was tried with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PLACE = ("default_tenant", "default_database")
KEPT_OPEN = 8  # collections whose files the engine keeps open; there is one


class Collection:
    """One collection of a folder, with those methods of chromadb's own Collection that are used here."""

    def __init__(self, folder: Path, name: str, hnsw: dict[str, Any] | None) -> None:
        """Open it; with ``hnsw``, its configuration, it is made where it is absent."""
        import chromadb_rust_bindings as engine

        database = engine.SqliteDBConfig(
            url=str(folder / "chroma.sqlite3"),
            hash_type=engine.MigrationHash.MD5,
            migration_mode=engine.MigrationMode.Apply,
        )
        self._name = name
        self._engine = engine.Bindings(
            allow_reset=False, sqlite_db_config=database, persist_path=str(folder), hnsw_cache_size=KEPT_OPEN
        )
        if hnsw is None:
            found = self._engine.get_collection(name, *PLACE)
        else:
            configuration = json.dumps({"hnsw": hnsw, "spann": None, "embedding_function": {"type": "legacy"}})
            found = self._engine.create_collection(name, configuration, None, None, True, *PLACE)
        self._id = str(found.id)

    def query(
        self, query_embeddings: Sequence[Any], n_results: int, ids: list[str] | None, include: list[str]
    ) -> dict[str, Any]:
        """The records nearest to each vector, of all or of those with the given ids."""
        vectors = [row.tolist() for row in query_embeddings]
        found = self._engine.query(self._id, ids, vectors, n_results, None, None, include, *PLACE)
        return {"ids": found.ids, "distances": found.distances}

    def get(
        self, include: list[str], ids: list[str] | None = None, limit: int | None = None, offset: int = 0
    ) -> dict[str, Any]:
        """The records with the given ids, or a page of all."""
        found = self._engine.get(self._id, ids, None, limit, offset, None, include, *PLACE)
        return {"ids": found.ids, "embeddings": found.embeddings, "metadatas": found.metadatas}

    def upsert(self, ids: list[str], embeddings: Sequence[Any], metadatas: Any = None) -> None:
        """Write records, in the place of those with the same ids."""
        rows = [row.tolist() for row in embeddings]
        self._engine.upsert(self._id, ids, rows, metadatas, None, None, *PLACE)

    def delete(self, ids: list[str]) -> None:
        """Take records out; one that is not there is no error."""
        self._engine.delete(self._id, ids, None, None, None, *PLACE)

    def count(self) -> int:
        """The number of records."""
        return int(self._engine.count(self._id, *PLACE))

    def drop(self) -> None:
        """Delete the collection."""
        self._engine.delete_collection(self._name, *PLACE)
