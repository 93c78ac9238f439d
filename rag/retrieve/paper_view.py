"""Papers as the retriever and the composer look at them: vectors, stems and names, computed once a generation."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from index import Index
from index.schema import Paper
from rag.text.injection import trusted
from rag.text.words import names, stems

Vectors = NDArray[np.float32]
CACHED_PAPERS = 20_000


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper with what comparing it to a question needs; one row of ``vectors`` and ``sentence_stems`` a span."""

    paper: Paper
    windows: Vectors
    spans: tuple[tuple[int, int], ...]
    vectors: Vectors
    sentence_stems: tuple[frozenset[str], ...]
    title_stems: frozenset[str]
    stems: frozenset[str]
    names: frozenset[str]

    def usable(self) -> tuple[int, ...]:
        """The numbers of the sentences that may serve as evidence: those that do not speak to a machine."""
        sentences = tuple(self.sentence(number) for number in range(len(self.spans)))
        return tuple(number for number, fine in enumerate(trusted(self.paper.title, sentences)) if fine)

    def sentence(self, number: int) -> str:
        """The text of a sentence of the abstract."""
        start, end = self.spans[number]
        return self.paper.abstract[start:end]


class Views:
    """The views of an index, kept until the index changes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._generation: object = None
        self._kept: LRUCache[str, PaperView] = LRUCache(CACHED_PAPERS)

    def of(self, paper_ids: Iterable[str]) -> dict[str, PaperView]:
        """The views of these papers, in the order given."""
        wanted = list(dict.fromkeys(paper_ids))
        kept = self._current()
        with self._lock:
            views = {paper_id: kept[paper_id] for paper_id in wanted if paper_id in kept}
        missing = [paper_id for paper_id in wanted if paper_id not in views]
        if missing:
            sentences, windows = self._index.sentences(missing), self._index.windows(missing)
            for paper_id in set(missing) & windows.keys():
                found = sentences.get(paper_id)
                spans, vectors = (found.spans, found.vectors) if found else ((), windows[paper_id][:0])
                views[paper_id] = view(self._index.paper(paper_id), windows[paper_id], spans, vectors)
            with self._lock:
                kept.update({paper_id: views[paper_id] for paper_id in missing if paper_id in views})
        return {paper_id: views[paper_id] for paper_id in wanted if paper_id in views}

    def _current(self) -> LRUCache[str, PaperView]:
        generation = self._index.manifest.generation
        with self._lock:
            if generation != self._generation:
                self._generation, self._kept = generation, LRUCache(CACHED_PAPERS)
            return self._kept


def view(paper: Paper, windows: Vectors, spans: tuple[tuple[int, int], ...], vectors: Vectors) -> PaperView:
    """Look at one paper."""
    per_sentence = tuple(stems(paper.abstract[start:end]) for start, end in spans)
    title = stems(paper.title)
    head = paper.title.split(":")[0].strip().casefold()
    short = {head} if len(head.split()) <= 2 and ":" in paper.title else set()
    named = names(paper.title) | names(paper.abstract) | short
    return PaperView(paper, windows, spans, vectors, per_sentence, title, title.union(*per_sentence), frozenset(named))
