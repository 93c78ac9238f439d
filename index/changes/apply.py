"""Bringing papers into an index, batch by batch: embed, store, tell Chroma. Killed anywhere, it can go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from index.chroma.outbox import Outlet, drain
from index.cut.chunking import Count, Span, Window, cut
from index.cut.sentences import split_sentences
from index.embedding.protocol import Embedder, Vector, unit
from index.schema import Paper
from index.storage.store import stack
from index.storage.writer import IndexedPaper, Writer

PAPERS_A_BATCH = 256


class Progress(Protocol):
    """Told what is going on: the stage, how many of its steps are done, and how many there are."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note."""


def index_papers(papers: Sequence[tuple[Paper, int]], embedder: Embedder) -> list[IndexedPaper]:
    """Cut and embed papers, each given with the number of entries that it was merged from."""
    sentences = [split_sentences(paper.abstract) for paper, _ in papers]
    count = _counted([paper for paper, _ in papers], sentences, embedder)
    windows = [
        cut(paper, count, embedder.max_tokens, spans) for (paper, _), spans in zip(papers, sentences, strict=True)
    ]
    found = iter(embedder.embed_passages([window.passage for group in windows for window in group]))
    indexed = []
    for (paper, entries), spans, group in zip(papers, sentences, windows, strict=True):
        vectors = [next(found) for _ in group]
        pieces = [(span, row) for w, v in zip(group, vectors, strict=True) for span, row in _rows(w, v.sentences)]
        indexed.append(
            IndexedPaper(
                paper,
                entries,
                tuple(window.chunk for window in group),
                stack([one.window for one in vectors], embedder.dimension),
                spans,
                stack(list(_whole(spans, pieces)), embedder.dimension),
            )
        )
    return indexed


def _counted(papers: Sequence[Paper], sentences: Sequence[Sequence[Span]], embedder: Embedder) -> Count:
    """The model's token counts, with all titles and sentences counted in one go: thousands of calls cost seconds."""
    texts = [paper.title for paper in papers]
    texts += [p.abstract[start:end] for p, spans in zip(papers, sentences, strict=True) for start, end in spans]
    known = dict(zip(texts, embedder.count_tokens(texts), strict=True))

    def count(wanted: Sequence[str]) -> list[int]:
        if all(text in known for text in wanted):
            return [known[text] for text in wanted]
        return embedder.count_tokens(wanted)

    return count


def _rows(window: Window, rows: Vector) -> Iterable[tuple[Span, Vector]]:
    return zip(window.sentences, rows, strict=True)


def _whole(spans: Sequence[Span], pieces: Sequence[tuple[Span, Vector]]) -> Iterator[Vector]:
    """One vector a sentence; where one was cut into pieces, the mean of theirs."""
    place = 0
    for _, end in spans:
        rows = []
        while place < len(pieces) and pieces[place][0][1] <= end:
            rows.append(pieces[place][1])
            place += 1
        yield rows[0] if len(rows) == 1 else unit(np.mean(rows, axis=0))


def put_papers(
    writer: Writer, outlet: Outlet, papers: Sequence[tuple[Paper, int]], embedder: Embedder, progress: Progress
) -> None:
    """Embed papers and store them; a thread writes one batch while the next is being embedded."""
    with ThreadPoolExecutor(1) as pool:
        writing: Future[None] | None = None
        for start in range(0, len(papers), PAPERS_A_BATCH):
            progress("embed", start, len(papers))
            indexed = index_papers(papers[start : start + PAPERS_A_BATCH], embedder)
            if writing is not None:
                writing.result()
            writing = pool.submit(_write, writer, outlet, indexed)
        if writing is not None:
            writing.result()
    progress("embed", len(papers), len(papers))


def _write(writer: Writer, outlet: Outlet, indexed: Sequence[IndexedPaper]) -> None:
    with writer.transaction():
        for one in indexed:
            writer.put_paper(one)
    drain(writer, outlet)
