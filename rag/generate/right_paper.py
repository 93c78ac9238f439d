"""The right-paper guard: a sentence is held against the nearest twins of the paper it cites, re-cited if one is right.

Papers of one subject say similar things; a citation of the wrong one reads as well as the right one. A twin need not be
among the papers that were retrieved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index import Index
from rag.generate.attribute import Checked, Span, check
from rag.generate.passages import Passage
from rag.retrieve.paper_view import Views
from rag.verify.protocol import Support, Verifier

TWINS = 3
CHECKED = 3  # sentences of twins that are worth a check
CLEARLY = 0.2  # how much better another paper must support what the cited one supports too


class Guard:
    """Looks after the citations of one answer. within: the papers that a filter allows, None for all."""

    def __init__(self, index: Index, verifier: Verifier, within: frozenset[str] | None = None) -> None:
        self._index, self._verifier, self._within = index, verifier, within
        self._views = Views(index)
        self._known: dict[str, tuple[Passage, ...]] = {}

    def place(self, checked: Checked) -> Checked:
        """The sentence as it is, or cited to a twin: where its paper does not support it, or a twin clearly better.

        A supported sentence is held against those sentences of twins alone that are more like it than what it cites.
        """
        if not checked.spans:
            return checked
        vector = self._index.embedder.embed_query(checked.text)
        cited = checked.spans[0].passage.paper
        spans = [Span(twin, number) for twin in self._twins(cited.paper_id) for number in twin.usable]
        rivals = sorted(((_likeness(span, vector), span) for span in spans), key=lambda pair: -pair[0])[:CHECKED]
        if checked.verdict == "supported":
            nearest = max(_likeness(span, vector) for span in checked.spans)
            rivals = [(likeness, span) for likeness, span in rivals if likeness > nearest]
        return better_placed(checked, [span for _, span in rivals], self._check)

    def _check(self, text: str, span: Span) -> Support:
        return check(text, (span,), self._verifier)

    def _twins(self, paper_id: str) -> tuple[Passage, ...]:
        if paper_id not in self._known:
            views = self._views.of(nearest_twins(self._index, paper_id, within=self._within))
            self._known[paper_id] = tuple(
                Passage(0, view, view.usable(), self._index.chunks(twin), 0.0) for twin, view in views.items()
            )
        return self._known[paper_id]


def better_placed(checked: Checked, rivals: Sequence[Span], check: Callable[[str, Span], Support]) -> Checked:
    """The sentence cited to the rival that supports it best, the first of equals, if that is reason to move it."""
    own = checked.support or 0.0
    best: tuple[Support, Span] | None = None
    for span in rivals:
        support = check(checked.text, span)
        if support.verdict == "supported" and (best is None or support.score > best[0].score):
            best = support, span
    if best is None or (checked.verdict == "supported" and best[0].score < own + CLEARLY):
        return checked
    support, span = best
    cited = checked.spans[0].passage.paper.title
    note = f"re-cited: {span.passage.paper.title!r} supports this ({support.score:.2f}), {cited!r} less ({own:.2f})"
    return replace(checked, spans=(span,), support=support.score, verdict="supported", origin="attributed", note=note)


def nearest_twins(
    index: Index, paper_id: str, *, limit: int = TWINS, within: frozenset[str] | None = None
) -> tuple[str, ...]:
    """The papers whose abstracts are closest to the paper's own, nearest first."""
    window = index.windows([paper_id])[paper_id]
    found: dict[str, float] = {}
    for vector in window:
        for hit in index.dense(vector, limit + len(window) + 3, within):
            other = hit.chunk.paper_id
            if other != paper_id:
                found[other] = max(found.get(other, -1.0), hit.score)
    return tuple(sorted(found, key=lambda other: (-found[other], other))[:limit])


def _likeness(span: Span, vector: NDArray[np.float32]) -> float:
    return float(span.passage.view.vectors[span.number] @ vector)
