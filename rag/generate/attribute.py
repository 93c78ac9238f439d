"""Which spans does a sentence of a model rest on? Those it cites, else the best of the same passages, else none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.generate.markers import Cite
from rag.generate.passages import Passage
from rag.schema import Origin, Verdict
from rag.text.words import content, names
from rag.verify.clash import clash
from rag.verify.protocol import Evidence, Support, Verifier, check_all

MOST = 4  # spans that are checked together
GAIN = 0.08  # share of a sentence's content words that one more span must add to be checked with the others
_AUTHORS = re.compile(r"\b(?:we|our|us|this|the authors?)\b", re.IGNORECASE)  # whose work it is, though not by name
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
class Checked:
    """A sentence with the spans it rests on and what the check found. support is None where nothing is cited."""

    text: str
    spans: tuple[Span, ...]
    support: float | None
    verdict: Verdict
    origin: Origin
    note: str | None = None

    @property
    def papers(self) -> frozenset[str]:
        """The papers that it rests on."""
        return frozenset(span.passage.paper.paper_id for span in self.spans)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be checked of a sentence, and what it cites for it."""

    text: str
    cites: tuple[Cite, ...]


def ground(claim: Claim, passages: Sequence[Passage], verifier: Verifier, embed: Embed, *, recites: bool) -> Checked:
    """Check a claim against what it cites, then against the best spans of the same passages.

    Where it cites nothing, any passage will do. recites: whether another passage may take the place of a cited one;
    then, as the model is not trusted to know whom a sentence speaks of, the spans must name whom the claim names.
    """
    found = _grounded(claim, passages, verifier, embed, recites=recites)
    if recites and found.verdict == "supported" and not _owned(claim.text, found.spans):
        return replace(found, verdict="unchecked", note="the cited sentence does not say this of whom it is said here")
    return found


def _owned(text: str, spans: Sequence[Span]) -> bool:
    """Whether each span names what the text names, or speaks as the authors of its paper."""
    wanted = names(text)
    return all(_AUTHORS.search(span.text) or all(name in span.text.casefold() for name in wanted) for span in spans)


def _grounded(claim: Claim, passages: Sequence[Passage], verifier: Verifier, embed: Embed, *, recites: bool) -> Checked:
    named = {number for number, _ in claim.cites}
    own = [passage for passage in passages if passage.number in named]
    rest = [passage for passage in passages if passage.number not in named]
    if not own:
        best = _best(claim.text, _sets(claim, rest, embed), verifier)
        if best is not None and best[1].verdict == "supported":
            return Checked(claim.text, best[0], best[1].score, "supported", "attributed")
        return Checked(claim.text, (), None, "unchecked", "attributed", "it cites nothing, and no passage says so")
    best = _best(claim.text, _sets(claim, own, embed), verifier)
    assert best is not None
    spans, support = best
    if support.verdict == "supported":
        return Checked(claim.text, spans, support.score, "supported", "model")
    if recites and rest:
        other = _best(claim.text, _sets(Claim(claim.text, ()), rest, embed), verifier)
        if other is not None and other[1].verdict == "supported":
            note = f"re-cited: the model named “{own[0].paper.title}”, this paper supports it better"
            return Checked(claim.text, other[0], other[1].score, "supported", "attributed", note)
    against = _against(claim.text, own)
    if against is not None:
        span, note = against
        return Checked(claim.text, (span,), 0.0, "contradicted", "model", note)
    return Checked(claim.text, spans, support.score, "unchecked", "model", why(support))


def check(text: str, spans: Sequence[Span], verifier: Verifier) -> Support:
    """What the verifier says of a text and spans together."""
    return verifier.check(text, [span.evidence for span in spans])


def _sets(claim: Claim, passages: Sequence[Passage], embed: Embed) -> list[tuple[Span, ...]]:
    """Sets of spans to check a claim against, the most promising first."""
    cited = [span for passage in passages for span in _cited(claim, passage)]
    if cited:
        first = tuple(sorted(cited[:MOST], key=_order))
        missing = [p for p in passages if p.number not in {span.passage.number for span in cited}]
        if not missing:
            return [first, *_ranked_sets(claim.text, passages, embed, first, named=True)]
        joined = _cover(claim.text, _ranking(claim.text, missing, embed), missing)
        return [tuple(sorted((*first, *joined), key=_order))[: 2 * MOST]]
    return _ranked_sets(claim.text, passages, embed, (), named=bool(claim.cites))


def _cited(claim: Claim, passage: Passage) -> list[Span]:
    """The sentences of a passage that a claim cites by number, as far as there are such."""
    numbers = [part - 1 for number, part in claim.cites if number == passage.number and part is not None]
    return [Span(passage, number) for number in numbers if number in passage.usable]


def _ranked_sets(
    text: str, passages: Sequence[Passage], embed: Embed, known: tuple[Span, ...], *, named: bool
) -> list[tuple[Span, ...]]:
    """The spans that cover the claim's words, the most similar one alone, and the three most similar ones.

    named: whether the claim names these passages, so that it rests on each of them.
    """
    ranking = _ranking(text, passages, embed)
    cover = _cover(text, ranking, passages if named else [span.passage for span in ranking[:1]])
    found = [cover, tuple(ranking[:1]), tuple(sorted(ranking[:3], key=_order))]
    return [one for one in dict.fromkeys(found) if one and one != known][: 2 if known else 3]


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


def _best(text: str, sets: Sequence[tuple[Span, ...]], verifier: Verifier) -> tuple[tuple[Span, ...], Support] | None:
    """The set that supports the text; the first of all where none does. The first set is asked alone: a check costs."""
    if not sets:
        return None
    found: list[tuple[tuple[Span, ...], Support]] = []
    for group in (sets[:1], sets[1:]):
        asked = [(text, [span.evidence for span in spans]) for spans in group]
        found += zip(group, check_all(verifier, asked), strict=True)
        held = [pair for pair in found if pair[1].verdict == "supported"]
        if held:
            return max(held, key=lambda pair: pair[1].score)
    return found[0]


def _against(text: str, passages: Iterable[Passage]) -> tuple[Span, str] | None:
    """The sentence of the cited passages that gives another figure for the same thing, and a note that says so."""
    spans = [Span(passage, number) for passage in passages for number in passage.usable]
    found = clash(text, [(span.passage.paper.title, span.text) for span in spans])
    return (spans[found[0]], found[1]) if found else None


def _order(span: Span) -> tuple[int, int]:
    return span.passage.number, span.number


def why(support: Support) -> str:
    """Why a sentence is not supported, in one line."""
    return "; ".join(support.reasons) or "the cited text does not clearly say so"
