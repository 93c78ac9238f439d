"""Papers by nearness: the closest to a paper, and a map of all of them in two dimensions."""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Index
from index.schema import Paper
from rag.text import is_content, stem

TSNE_AT_MOST = 3000  # beyond, principal components: t-SNE would take minutes
GROUPS = 8
TWO_WORDS = (1.0, 2.5)  # what a phrase of one word and one of two weigh
RUN = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z][A-Za-z0-9-]*)*")
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A paper on the map: x and y in [0, 1], and the number of its group."""

    paper_id: str
    x: float
    y: float
    group: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The map: a point for each paper, and a name for each group of papers near one another."""

    points: tuple[Point, ...]
    groups: tuple[str, ...]


class Atlas:
    """Nearness among the papers of an index, worked out once a generation."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock, self._drawing = threading.Lock(), threading.Lock()
        self._generation: object = None
        self._ids: tuple[str, ...] = ()
        self._rows: NDArray[np.float32] = np.zeros((0, 1), np.float32)
        self._chart: Chart | None = None

    def nearest(self, paper_id: str, limit: int = 5) -> tuple[tuple[Paper, float], ...]:
        """The papers closest to a paper with their cosine, best first."""
        with self._lock:
            self._refresh()
            if paper_id not in self._ids:
                return ()
            here = self._ids.index(paper_id)
            scores = self._rows @ self._rows[here]
            order = [row for row in np.argsort(-scores, kind="stable") if row != here][:limit]
            found = [(self._ids[row], float(scores[row])) for row in order]
        return tuple((self._index.paper(one), score) for one, score in found)

    def chart(self) -> Chart:
        """The map of all papers; the same papers give the same map. Cards of papers do not wait for it."""
        with self._drawing:
            with self._lock:
                self._refresh()
                generation, ids, rows, chart = self._generation, self._ids, self._rows, self._chart
            if chart is None:
                texts = {paper.paper_id: (paper.title, paper.abstract) for paper in self._index.papers()}
                chart = draw(ids, rows, [texts.get(one, ("", "")) for one in ids])
                with self._lock:
                    if self._generation == generation:
                        self._chart = chart
            return chart

    def _refresh(self) -> None:
        generation = self._index.manifest.generation
        if generation == self._generation:
            return
        windows = self._index.windows([paper.paper_id for paper in self._index.papers()])
        kept = {paper_id: rows.mean(axis=0) for paper_id, rows in windows.items() if len(rows)}
        self._ids = tuple(sorted(kept))
        if kept:
            rows = np.stack([kept[one] for one in self._ids])
            self._rows = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        self._generation, self._chart = generation, None


def draw(ids: tuple[str, ...], rows: NDArray[np.float32], papers: list[tuple[str, str]]) -> Chart:
    """Place papers so that near ones are near: t-SNE, or the principal components where they are too few or many.

    papers: the title and the abstract of each.
    """
    if len(ids) < 3:
        return Chart(tuple(Point(one, 0.5, (n + 1) / 3, 0) for n, one in enumerate(ids)), ("",) if ids else ())
    from sklearn.cluster import KMeans

    group_count = max(1, min(GROUPS, len(ids) // 12))
    groups = KMeans(group_count, n_init=4, random_state=0).fit_predict(rows)
    places = _squared(_places(rows))
    points = [Point(i, float(p[0]), float(p[1]), int(g)) for i, p, g in zip(ids, places, groups, strict=True)]
    return Chart(tuple(points), _names(papers, groups, group_count))


def _places(rows: NDArray[np.float32]) -> NDArray[Any]:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    flat: NDArray[Any] = PCA(2, random_state=0).fit_transform(rows)
    if not 12 <= len(rows) <= TSNE_AT_MOST:
        return flat
    start = flat / max(float(flat[:, 0].std()), 1e-9) * 1e-4
    placed: NDArray[Any] = TSNE(
        2, init=start, perplexity=min(20, len(rows) / 4), metric="cosine", random_state=0
    ).fit_transform(rows)
    return placed


def _squared(places: NDArray[Any]) -> NDArray[Any]:
    low, high = places.min(axis=0), places.max(axis=0)
    scaled: NDArray[Any] = (places - low) / np.maximum(high - low, 1e-9)
    return scaled


def _names(papers: list[tuple[str, str]], groups: NDArray[Any], count: int) -> tuple[str, ...]:
    """For each group the two phrases that set it apart: such as end a run of words in a title, so mostly nouns.

    How often they are said is counted in titles and abstracts; two words tell more than one.
    """
    spelled: dict[Phrase, Counter[str]] = defaultdict(Counter)
    for title, _ in papers:
        for run in _runs(title):
            for words in (run[-1:], run[-2:]):
                spelled[tuple(map(stem, words))][" ".join(words)] += 1
    holds = [
        {phrase for run in _runs(f"{title}. {abstract}") for phrase in _phrases(run)} for title, abstract in papers
    ]
    everywhere = Counter(phrase for one in holds for phrase in one if phrase in spelled)
    names = []
    for group in range(count):
        inside = Counter(p for one, at in zip(holds, groups, strict=True) if at == group for p in one if p in spelled)
        telling = {p: TWO_WORDS[len(p) == 2] * n * n / everywhere[p] for p, n in inside.items()}
        ranked = sorted(telling, key=lambda p: (-telling[p], p))
        usual = [p for p in ranked if everywhere[p] <= max(12, len(papers) / 4)] or ranked
        said = [p for p in usual if inside[p] > 1] or usual
        second = [p for p in said[1:] if not set(p) & set(said[0])]
        names.append(", ".join(spelled[p].most_common(1)[0][0] for p in (*said[:1], *second[:1])))
    return tuple(names)


def _runs(text: str) -> Iterator[list[str]]:
    """The words that stand together, no word without a meaning of its own and no sign between them; lower case."""
    for found in RUN.findall(" ".join(text.split())):
        words = [word.lower() if word in (word.title(), word.capitalize()) else word for word in found.split(" ")]
        yield from (list(run) for telling, run in groupby(words, lambda word: is_content(word.lower())) if telling)


def _phrases(run: list[str]) -> set[Phrase]:
    stems = [stem(word) for word in run]
    return {(one,) for one in stems} | set(pairwise(stems))
