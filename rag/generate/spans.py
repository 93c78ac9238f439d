"""Sentences of passages, and which of them to check a claim against: those it cites, else the best of the passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.generate.markers import Cite
from rag.generate.passages import Passage
from rag.text.words import content
from rag.verify.protocol import Evidence

MOST = 4  # spans that are checked together
GAIN = 0.08  # share of a sentence's content words that one more span must add to be checked with the others
Embed = Callable[[str], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A sentence of an abstract: ``passage.view.sentence(number)``."""

    passage: Passage
    number: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, int]:
        return self.passage.paper.paper_id, self.number

    @property
    def text(self) -> str:
        """The words of it."""
        return self.passage.view.sentence(self.number)

    @property
    def evidence(self) -> Evidence:
        """As a verifier takes it."""
        paper = self.passage.paper
        return Evidence(paper.paper_id, paper.title, self.text, self.passage.shown_text)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be checked of a sentence, and what it cites for it."""

    text: str
    cites: tuple[Cite, ...]


def sets(claim: Claim, passages: Sequence[Passage], embed: Embed) -> list[tuple[Span, ...]]:
    """Sets of spans to check a claim against, in turn.

    What it cites by number is taken as given, with the best spans of passages that it cites without. Else the most
    similar span alone comes first, then those that cover its words: of each passage that it names, else of one.
    """
    cited = [span for passage in passages for span in _cited(claim, passage)]
    if cited:
        missing = [p for p in passages if p.number not in {span.passage.number for span in cited}]
        joined = _cover(claim.text, _ranking(claim.text, missing, embed), missing) if missing else ()
        return [tuple(sorted((*cited[:MOST], *joined), key=_order))[: 2 * MOST]]
    ranking = _ranking(claim.text, passages, embed)
    cover = _cover(claim.text, ranking, passages if claim.cites else [span.passage for span in ranking[:1]])
    return [one for one in dict.fromkeys((tuple(ranking[:1]), cover)) if one]


def _cited(claim: Claim, passage: Passage) -> list[Span]:
    """The sentences of a passage that a claim cites by number, as far as there are such."""
    cited = [passage.cited(part) for number, part in claim.cites if number == passage.number and part is not None]
    return [Span(passage, number) for number in cited if number is not None]


def _ranking(text: str, passages: Sequence[Passage], embed: Embed) -> list[Span]:
    """All usable spans, the most similar first."""
    vector, said = embed(text), set(content(text))
    scored = []
    for passage in passages:
        for number in passage.usable:
            held = len(said & set(content(passage.view.sentence(number)))) / max(1, len(said))
            scored.append((float(passage.view.vectors[number] @ vector) + held, Span(passage, number)))
    return [span for _, span in sorted(scored, key=lambda pair: -pair[0])]


def _cover(text: str, ranking: Sequence[Span], passages: Sequence[Passage]) -> tuple[Span, ...]:
    """The best span of each passage, and more as long as each adds words of the claim."""
    said = set(content(text))
    chosen: list[Span] = []
    for passage in passages:
        chosen += [span for span in ranking if span.passage.number == passage.number][:1]
    chosen = chosen[:MOST] if len(passages) <= MOST else list(ranking[:1])
    held = {word for span in chosen for word in content(span.text)}
    among = {passage.number for passage in passages}
    for span in ranking:
        new = set(content(span.text)) & said - held
        if len(chosen) < MOST and span not in chosen and span.passage.number in among and len(new) > GAIN * len(said):
            chosen.append(span)
            held |= new
    return tuple(sorted(chosen, key=_order))


def _order(span: Span) -> tuple[int, int]:
    return span.passage.number, span.number
