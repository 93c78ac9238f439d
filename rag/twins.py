"""The right-paper guard: a claim is held against the cited paper and its nearest twins, and re-cited when one is right.

Papers of one subject say similar things; a citation of the wrong one reads as well as the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.sentences import split_sentences
from rag.checks.words import clean, content_stems
from rag.verify import Evidence, Support, Verifier

if TYPE_CHECKING:
    from index import Index, Paper

TWINS = 3
CLEARLY = 0.2  # how much more probable another paper's support must be before the citation moves
SPANS = 3  # spans of an abstract that are worth a check


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a paper's abstract that a claim is held against: ``abstract[start:end] == evidence.text``."""

    evidence: Evidence
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a claim belongs. place: an index into the spans given; note: why the citation was moved, or None."""

    place: int
    support: Support
    note: str | None = None

    @property
    def recited(self) -> bool:
        """Whether another paper than the cited one supports the claim clearly better."""
        return self.note is not None


def right_paper(claim: str, cited: Evidence, twins: Sequence[Evidence], verifier: Verifier) -> Placement:
    """Hold a claim against what it cites (place 0) and spans of other papers (places from 1).

    The citation moves only to a paper that supports the claim, and clearly better than the cited one: where several
    do, to the best, the first of equals. Spans of the cited paper itself never count as another paper.
    """
    own = verifier.check(claim, (cited,))
    best, found = 0, own
    for place, twin in enumerate(twins, 1):
        if twin.paper_id == cited.paper_id:
            continue
        support = verifier.check(claim, (twin,))
        if support.verdict == "supported" and support.score > found.score:
            best, found = place, support
    moved = best and (own.verdict == "unsupported" or found.score >= own.score + CLEARLY)
    if not moved:
        return Placement(0, own)
    title = twins[best - 1].title
    return Placement(best, found, f"re-cited: {title!r} supports this ({found.score:.2f}), {cited.title!r} does not")


def nearest_twins(index: Index, paper_id: str, *, limit: int = TWINS) -> tuple[str, ...]:
    """The papers whose abstracts are closest to the paper's own, nearest first."""
    window = index.windows([paper_id])[paper_id]
    if not len(window):
        return ()
    found: dict[str, float] = {}
    for vector in window:
        for hit in index.dense(vector, limit + len(window) + 3):
            other = hit.chunk.paper_id
            if other != paper_id:
                found[other] = max(found.get(other, -1.0), hit.score)
    return tuple(sorted(found, key=lambda other: (-found[other], other))[:limit])


def best_spans(claim: str, paper: Paper, *, limit: int = SPANS) -> tuple[Span, ...]:
    """The sentences, and neighbouring pairs of them, that share most words with the claim, best first."""
    wanted = content_stems(clean(claim))
    spans = split_sentences(paper.abstract)
    windows = [*spans, *((a[0], b[1]) for a, b in pairwise(spans))]
    shared = [(len(wanted & content_stems(clean(paper.abstract[a:b]))), a, b) for a, b in windows]
    ranked = sorted((-count, b - a, a, b) for count, a, b in shared if count)
    return tuple(
        Span(Evidence(paper.paper_id, paper.title, paper.abstract[a:b]), a, b) for _, _, a, b in ranked[:limit]
    )
