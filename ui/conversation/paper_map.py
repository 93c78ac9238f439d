"""Papers by nearness: the closest to a paper, and a map of all of them in two dimensions."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Index
from index.schema import Paper
from rag.text import is_content

TSNE_AT_MOST = 3000  # beyond, principal components: t-SNE would take minutes
GROUPS = 8
OF_THE_FIELD = {"model", "models", "language", "large", "learning", "llms"}  # in titles of every group


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
                titles = {paper.paper_id: paper.title for paper in self._index.papers()}
                chart = draw(ids, rows, [titles.get(one, "") for one in ids])
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


def draw(ids: tuple[str, ...], rows: NDArray[np.float32], titles: list[str]) -> Chart:
    """Place papers so that near ones are near: t-SNE, or the principal components where they are too few or many."""
    if len(ids) < 3:
        return Chart(tuple(Point(one, 0.5, (n + 1) / 3, 0) for n, one in enumerate(ids)), ("",) if ids else ())
    from sklearn.cluster import KMeans

    group_count = max(1, min(GROUPS, len(ids) // 12))
    groups = KMeans(group_count, n_init=4, random_state=0).fit_predict(rows)
    places = _squared(_places(rows))
    points = [Point(i, float(p[0]), float(p[1]), int(g)) for i, p, g in zip(ids, places, groups, strict=True)]
    return Chart(tuple(points), _names(titles, groups, group_count))


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


def _names(titles: list[str], groups: NDArray[Any], count: int) -> tuple[str, ...]:
    """For each group the two title words that set it apart from the rest."""
    words = [
        {word for word in re.findall(r"[a-z][a-z-]{3,}", title.lower()) if is_content(word)} - OF_THE_FIELD
        for title in titles
    ]
    everywhere = Counter(word for one in words for word in one)
    names = []
    for group in range(count):
        inside = Counter(word for one, at in zip(words, groups, strict=True) if at == group for word in one)
        ranked = sorted(inside, key=lambda w: (-(inside[w] ** 2) / everywhere[w], w))
        names.append(", ".join(ranked[:2]))
    return tuple(names)
