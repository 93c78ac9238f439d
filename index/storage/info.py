"""What an index holds, in numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index import locations
from index.storage import database
from index.storage.store import Store


@dataclass(frozen=True, slots=True)
class Info:
    """The numbers and facts of an index. unfinished: whether an interrupted sync has left work to do."""

    index: str
    papers: int
    entries: int
    files: int
    chunks: int
    sentences: int
    removed: int
    model: str
    dimension: int
    chunking: str
    chroma: str
    generation: int
    corpus_sha256: str
    index_sha256: str
    megabytes: float
    unfinished: bool

    def to_dict(self) -> dict[str, Any]:
        """The facts as plain JSON types."""
        return asdict(self)


def info(path: str | Path | None = None) -> Info:
    """The facts of the index at ``path`` (default: the user's own), without loading any model."""
    folder = Path(path).expanduser() if path is not None else locations.default_index()
    store = Store(folder)
    try:
        manifest = store.manifest()
        sentences = "SELECT coalesce(sum(json_array_length(spans)), 0) FROM sentences"
        work = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM meta WHERE key='unfinished' AND value='1')"
        return Info(
            index=str(folder),
            **{table: _count(store, table) for table in ("papers", "entries", "files", "chunks", "removed")},
            sentences=int(store.rows(sentences)[0][0]),
            model=manifest.model,
            dimension=manifest.dimension,
            chunking=manifest.chunking,
            chroma=manifest.chroma_url or str(folder / "chroma"),
            generation=manifest.generation,
            corpus_sha256=manifest.corpus_sha256,
            index_sha256=manifest.index_sha256,
            megabytes=round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1),
            unfinished=bool(store.rows(work)[0][0]),
        )
    finally:
        store.close()


def has_index(path: str | Path | None = None) -> bool:
    """Whether there is an index at ``path`` (default: the user's own)."""
    folder = Path(path).expanduser() if path is not None else locations.default_index()
    return folder.is_dir() and database.exists(folder)


def _count(store: Store, table: str) -> int:
    return int(store.rows(f"SELECT count(*) FROM {table}")[0][0])
