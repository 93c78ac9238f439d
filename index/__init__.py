"""Papers in, searchable index out."""

from index.embedding import Embedder, Passage, PassageVectors, get_embedder
from index.errors import CitewellError
from index.index import Index, demo_index, open_index
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

__all__ = [
    "Chunk",
    "CitewellError",
    "Embedder",
    "Filter",
    "Identifiers",
    "Index",
    "Manifest",
    "Paper",
    "Passage",
    "PassageVectors",
    "ScoredChunk",
    "Selection",
    "SentenceVectors",
    "Source",
    "demo_index",
    "get_embedder",
    "open_index",
]
