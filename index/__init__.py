"""Papers in, searchable index out."""

from index.changes.report import SyncReport
from index.embedding import Embedder, Passage, PassageVectors, get_embedder
from index.errors import CitewellError
from index.index import Index, demo_index, open_index, open_or_demo
from index.schema import (
    Chunk,
    Filter,
    Identifiers,
    Manifest,
    Paper,
    ScoredChunk,
    Selection,
    SentenceVectors,
    Source,
)
from index.storage.info import Info, has_index, info
from index.sync import remove, set_fields, sync

__all__ = [
    "Chunk",
    "CitewellError",
    "Embedder",
    "Filter",
    "Identifiers",
    "Index",
    "Info",
    "Manifest",
    "Paper",
    "Passage",
    "PassageVectors",
    "ScoredChunk",
    "Selection",
    "SentenceVectors",
    "Source",
    "SyncReport",
    "demo_index",
    "get_embedder",
    "has_index",
    "info",
    "open_index",
    "open_or_demo",
    "remove",
    "set_fields",
    "sync",
]
