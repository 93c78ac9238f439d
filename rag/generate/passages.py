"""The passages that a language model answers from: one a paper, numbered, without what speaks to machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Index
from index.schema import Chunk, Paper, ScoredChunk
from rag.retrieve.paper_view import PaperView
from rag.retrieve.retriever import Retrieval
from rag.text.injection import suspicion

WITHHELD = "(title withheld)"


@dataclass(frozen=True, slots=True)
class Passage:
    """An abstract as passage ``number``; usable names the sentences of it that may be shown to a model and cited."""

    number: int
    view: PaperView
    usable: tuple[int, ...]
    chunks: tuple[Chunk, ...]
    score: float

    @property
    def paper(self) -> Paper:
        """The paper."""
        return self.view.paper

    @property
    def shown_title(self) -> str:
        """The title as a model sees it."""
        return WITHHELD if suspicion(self.paper.title) else self.paper.title

    @property
    def shown_text(self) -> str:
        """The abstract as a model sees it."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences as a model sees them: sentence 1 is the first of these, whatever is left out before it."""
        return tuple(self.view.sentence(number) for number in self.usable)

    def cited(self, shown: int) -> int | None:
        """Which sentence of the abstract a model means by that number; None where it was shown none of it."""
        return self.usable[shown - 1] if 1 <= shown <= len(self.usable) else None


def gather(index: Index, found: Retrieval, papers: int) -> tuple[Passage, ...]:
    """The first hits as passages, numbered from 1; a paper of which nothing is usable is left out."""
    passages: list[Passage] = []
    for hit in found.hits[:papers]:
        view = found.views[hit.paper.paper_id]
        usable = view.usable()
        if usable:
            chunks = index.chunks(hit.paper.paper_id)
            passages.append(Passage(len(passages) + 1, view, usable, chunks, hit.score))
    return tuple(passages)


def contexts(passages: Sequence[Passage]) -> tuple[ScoredChunk, ...]:
    """Everything that the model saw, best first."""
    chunks = [(chunk, passage.score) for passage in passages for chunk in passage.chunks]
    return tuple(ScoredChunk(chunk, score, rank) for rank, (chunk, score) in enumerate(chunks, 1))
