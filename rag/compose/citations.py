"""Citations: spans of abstracts, made so that ``abstract[start:end] == quote`` always holds."""

from __future__ import annotations

from collections.abc import Sequence

from index.schema import Chunk, Paper
from rag.schema import Citation


def cite(marker: int, paper: Paper, chunks: Sequence[Chunk], start: int, end: int) -> Citation:
    """The citation of a span of a paper's abstract; ``chunks`` are the paper's, to name the one that holds it."""
    holder = next((chunk.chunk_id for chunk in chunks if chunk.start <= start < chunk.end), "")
    quote = paper.abstract[start:end]
    return Citation(
        marker, paper.paper_id, holder, paper.title, quote, start, end, paper.abstract_sha256, paper.retraction
    )


def cite_record(marker: int, paper: Paper) -> Citation:
    """The citation of a paper's metadata: it names the paper, not a span."""
    return Citation(marker, paper.paper_id, "", paper.title, "", 0, 0, paper.abstract_sha256, paper.retraction)
