"""Papers in, searchable index out."""

from index.errors import CitewellError
from index.schema import Chunk, Filter, Identifiers, Paper, ScoredChunk, Source

__all__ = ["Chunk", "CitewellError", "Filter", "Identifiers", "Paper", "ScoredChunk", "Source"]
