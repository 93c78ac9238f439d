"""Which spans does a sentence of a model rest on? Those it cites, else the best of the same passages, else none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.generate.passages import Passage
from rag.generate.spans import Claim, Embed, Span, sets
from rag.schema import Origin, Verdict
from rag.text.words import names
from rag.verify.clash import clash
from rag.verify.protocol import Support, Verifier

_AUTHORS = re.compile(r"\b(?:we|our|us|this|the authors?)\b", re.IGNORECASE)  # whose work it is, though not by name


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
        best = _best(claim, sets(claim, rest, embed), verifier)
        if best is not None and best[1].verdict == "supported":
            return Checked(claim.text, best[0], best[1].score, "supported", "attributed")
        return Checked(claim.text, (), None, "unchecked", "attributed", "it cites nothing, and no passage says so")
    best = _best(claim, sets(claim, own, embed), verifier)
    assert best is not None
    spans, support = best
    if support.verdict == "supported":
        return Checked(claim.text, spans, support.score, "supported", "model")
    if recites and rest:
        loose = Claim(claim.text, ())
        other = _best(loose, sets(loose, rest, embed), verifier)
        if other is not None and other[1].verdict == "supported":
            note = f"re-cited: the model named “{own[0].paper.title}”, this paper supports it better"
            return Checked(claim.text, other[0], other[1].score, "supported", "attributed", note)
    against = _against(claim.text, own)
    if against is not None:
        span, note = against
        return Checked(claim.text, (span,), 0.0, "contradicted", "model", note)
    return Checked(claim.text, spans, support.score, "unchecked", "model", why(support))


def _best(
    claim: Claim, tried: Sequence[tuple[Span, ...]], verifier: Verifier
) -> tuple[tuple[Span, ...], Support] | None:
    """The first set that supports the claim, for each check costs; the last and widest where none does."""
    found = None
    for spans in tried:
        found = spans, verifier.check(claim.text, [span.evidence for span in spans])
        if found[1].verdict == "supported":
            break
    return found


def _against(text: str, passages: Iterable[Passage]) -> tuple[Span, str] | None:
    """The sentence of the cited passages that gives another figure for the same thing, and a note that says so."""
    spans = [Span(passage, number) for passage in passages for number in passage.usable]
    found = clash(text, [(span.passage.paper.title, span.text) for span in spans])
    return (spans[found[0]], found[1]) if found else None


def why(support: Support) -> str:
    """Why a sentence is not supported, in one line."""
    return "; ".join(support.reasons) or "the cited text does not clearly say so"
