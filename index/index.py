"""The read side of an index, for everything that searches it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from index import confirmed, locations
from index.changes.apply import Progress
from index.chroma import mirror
from index.chroma.renew import renewed
from index.chroma.vectors import Vectors
from index.embedding import Embedder
from index.embedding.factory import embedder_of
from index.embedding.protocol import Vector
from index.errors import IndexMismatch, IndexMissing, UnknownPaper
from index.schema import Chunk, Filter, Manifest, Paper, ScoredChunk, Selection, SentenceVectors
from index.storage.select import select
from index.storage.store import Store, stack


class Index:
    """An opened index. Each call sees the newest generation; several threads may call at once.

    exact: whether the dense search compares with every vector, which costs more and is the same in every process;
    without it Chroma searches.
    """

    def __init__(self, path: str | Path, embedder: Embedder | None = None, *, exact: bool = False) -> None:
        self.path = path = Path(path)
        self._exact = exact
        renewed(path)
        self._store = Store(path)
        self._lock = threading.RLock()
        manifest = self._store.manifest()
        if manifest.chroma_url:
            confirmed.check("chroma", manifest.chroma_url, path)
        self.embedder: Embedder = embedder or embedder_of(path, manifest.model)
        self._check(manifest)
        self._vectors = Vectors(path, manifest.chroma_url)
        self._seen = -1  # the generation that is cached, as it is stored
        self._manifest = manifest
        self._papers: dict[str, Paper] = {}

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let files and connections go."""
        self._vectors.close()
        self._store.close()

    @property
    def manifest(self) -> Manifest:
        """What the index was built with and what it holds, as of now."""
        with self._lock:
            self._current()
            return self._manifest

    def papers(self) -> tuple[Paper, ...]:
        """All papers, ordered by paper_id."""
        return tuple(self._current().values())

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id; UnknownPaper where there is none."""
        found = self._current().get(paper_id)
        if found is None:
            raise UnknownPaper(f"no paper {paper_id!r} in {self.path}; `citewell index papers` lists them")
        return found

    def chunks(self, paper_id: str) -> tuple[Chunk, ...]:
        """The chunks of a paper in order."""
        self.paper(paper_id)
        return self._store.chunks(paper_id)

    def dense(self, vector: Vector, limit: int, within: frozenset[str] | None = None) -> tuple[ScoredChunk, ...]:
        """The chunks nearest to a vector by cosine, of all papers or of those ``within``, nearest first."""
        papers = self._current()
        if limit < 1:
            return ()
        if self._exact:
            scores = self._store.nearest(vector, limit, papers if within is None else within)
        else:
            ids = None if within is None else self._store.chunk_ids(within)
            scores = self._vectors.query(vector, limit, ids)
        chunks = self._store.chunks_by_id([chunk_id for chunk_id, _ in scores])
        hits = sorted(((chunks[one], score) for one, score in scores if one in chunks), key=_order)
        return tuple(ScoredChunk(chunk, score, rank) for rank, (chunk, score) in enumerate(hits, 1))

    def lexical(self, question: str, limit: int, within: frozenset[str] | None = None) -> tuple[tuple[str, float], ...]:
        """(paper_id, BM25 score) of the papers that share a stemmed term with the question, best first."""
        self._current()
        return self._store.lexical(question, limit, within)

    def sentences(self, paper_ids: Iterable[str]) -> dict[str, SentenceVectors]:
        """Every sentence of those papers' abstracts, once, with its vector; unknown papers are left out."""
        self._current()
        return self._store.sentences(paper_ids, self.embedder.dimension)

    def windows(self, paper_ids: Iterable[str]) -> dict[str, Vector]:
        """The vectors (m, d) of those papers' chunks, in the chunks' order; unknown papers are left out."""
        self._current()
        rows: dict[str, list[Vector]] = {}
        for paper_id, _, vector in self._store.window_rows(paper_ids, self.embedder.dimension):
            rows.setdefault(paper_id, []).append(vector)
        return {paper_id: stack(group, self.embedder.dimension) for paper_id, group in rows.items()}

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many papers each term occurs, stemmed."""
        self._current()
        return {term: self._store.document_frequency(term) for term in dict.fromkeys(terms)}

    def select(self, where: Filter) -> Selection:
        """The papers that match a filter."""
        return select(self.papers(), where)

    def _current(self) -> dict[str, Paper]:
        """The papers of the newest generation; on a new one, what is cached here and in Chroma is let go."""
        with self._lock:
            if not self._store.in_place():
                self._made_anew()
            if self._vectors.url:
                mirror.refresh(self.path, self._vectors)
            generation = self._store.generation()
            if generation != self._seen:
                manifest, before = self._store.manifest(), self._manifest.generation
                self._check(manifest)
                self._papers = {paper.paper_id: paper for paper in self._store.papers()}
                self._vectors.reopen()
                # An index made anew counts from nought; whoever caches by the generation has to see it grow.
                grown = before + 1 if self._seen != -1 and generation <= before else generation
                self._manifest, self._seen = replace(manifest, generation=grown), generation
            return self._papers

    def _made_anew(self) -> None:
        """The folder was deleted, and perhaps made anew: what is there now counts."""
        self._store, self._seen = Store(self.path), -2  # the old one is let go when no other thread reads in it

    def _check(self, manifest: Manifest) -> None:
        model = self.embedder
        if (manifest.model, manifest.dimension) != (model.name, model.dimension):
            raise IndexMismatch(
                f"the index at {self.path} was built with the embedding model {manifest.model} "
                f"({manifest.dimension} dimensions), not {model.name} ({model.dimension}): open it with that model, "
                f"or move {self.path} out of the way and run `citewell index sync PATH…` with the new one"
            )


def _order(hit: tuple[Chunk, float]) -> tuple[float, str]:
    return -hit[1], hit[0].chunk_id


def open_index(
    path: str | Path | None = None,
    *,
    chroma_url: str | None = None,
    embedder: Embedder | None = None,
    exact: bool = False,
) -> Index:
    """Open the index at ``path`` (default: CITEWELL_INDEX or the user's data folder); IndexMissing without one.

    ``exact`` as in :class:`Index`. With ``chroma_url`` and nothing at ``path`` yet, the path becomes a mirror of what
    the Chroma server holds.
    """
    folder = Path(path).expanduser() if path is not None else locations.default_index()
    if chroma_url:
        confirmed.remember("chroma", chroma_url)
        mirror.make(folder, chroma_url)
    return Index(folder, embedder, exact=exact)


def demo_index(progress: Progress | None = None, *, embedder: Embedder | None = None, exact: bool = False) -> Index:
    """The index of the bundled demo corpus, built on first use in a folder of its own."""
    from index.corpus.demo import build

    build(locations.demo_path(), embedder, progress)
    return Index(locations.demo_path(), embedder, exact=exact)


def open_or_demo(path: str | Path | None = None, progress: Progress | None = None) -> Index:
    """The index at a path; without a path the user's own index, or the demo corpus where there is none yet."""
    try:
        return open_index(path)
    except IndexMissing:
        if path is not None:
            raise
    return demo_index(progress)
