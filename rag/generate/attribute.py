"""Which spans does a model's sentence rest on? Those it names, when they support it; else those that do; else none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.generate.passages import Passage
from rag.schema import Origin, Verdict
from rag.text.words import content, words
from rag.verify.checks.facts.numbers import read_quantities, same_quantity
from rag.verify.checks.meaning.negation import lone_denial
from rag.verify.checks.words import clean, read_words
from rag.verify.protocol import Evidence, Support, Verifier

PER_PAPER = 2  # spans of each named paper that are checked
ELSEWHERE = 4  # spans of all the papers that are checked when the named ones do not hold
CLEAR = 0.9  # a supported sentence of this score needs no better span, and may say it in other words
BETTER = 0.15  # by how much another paper must support a sentence better to be cited in place of the named one
# The share of a sentence's content words that its citation need not hold, halved where two spans are cited. Small
# models add plausible words to copied ones, and similarity alone does not see it. Chosen on the sentences in
# tests/data/smollm2_labels.jsonl and smollm2_fresh.jsonl and on the pairs of eval/gold/verifier_pairs.jsonl.
NEW_WORDS = 0.2
# Between parts of a sentence that may each rest on a span of their own.
_JOINT = re.compile(r";\s|,?\s(?:and|but|while|whereas|which|who)\s", re.IGNORECASE)
LEAST = 3  # content words that a sentence must share with its citation before it may say anything in its own
Embed = Callable[[str], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence of an abstract: ``passage.view.sentence(number)``."""

    passage: Passage
    number: int

    @property
    def text(self) -> str:
        """The words of it."""
        return self.passage.view.sentence(self.number)

    @property
    def evidence(self) -> Evidence:
        """As a verifier takes it."""
        return Evidence(self.passage.paper.paper_id, self.passage.paper.title, self.text)


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


def ground(text: str, numbers: Sequence[int], passages: Sequence[Passage], verifier: Verifier, embed: Embed) -> Checked:
    """Check a sentence against the passages it names, then against all of them."""
    ranking = _ranking(text, passages, embed)
    named = [span for n in numbers for span in [s for s in ranking if s.passage.number == n][:PER_PAPER]]
    own = _best(text, named, verifier)
    others = [span for span in ranking if span.passage.number not in numbers][:ELSEWHERE]
    other = None
    if own is None or own[1].verdict != "supported" or _closer(ranking, numbers):
        other = _best(text, others, verifier)
    if other is not None and other[1].verdict == "supported":
        if own is None:
            return Checked(text, other[0], other[1].score, "supported", "attributed")
        if own[1].verdict != "supported" or other[1].score >= own[1].score + BETTER:
            return Checked(text, other[0], other[1].score, "supported", "attributed", _recited(named))
    if own is None:
        return Checked(text, (), None, "unchecked", "attributed", "no passage supports it")
    spans, support = own
    return Checked(text, spans, support.score, support.verdict, "model", _why(support))


def _ranking(text: str, passages: Sequence[Passage], embed: Embed) -> list[Span]:
    """All usable spans, the most similar first."""
    vector = embed(text)
    scored = [
        (float(passage.view.vectors[number] @ vector), Span(passage, number))
        for passage in passages
        for number in passage.usable
    ]
    return [span for _, span in sorted(scored, key=lambda pair: -pair[0])]


def _closer(ranking: Sequence[Span], numbers: Sequence[int]) -> bool:
    """Whether the most similar span stands in a paper that is not named."""
    return bool(ranking) and ranking[0].passage.number not in numbers


def _best(text: str, spans: Sequence[Span], verifier: Verifier) -> tuple[tuple[Span, ...], Support] | None:
    """The span that supports the text best; two of one paper together when it takes both.

    The most similar come first, and the first that clearly supports it ends the search: a check is not free.
    """
    if not spans:
        return None
    single = []
    for span in spans:
        single.append(((span,), check(text, (span,), verifier)))
        if single[-1][1].verdict == "supported" and single[-1][1].score >= CLEAR:
            break
    best = max(single, key=lambda pair: (pair[1].verdict == "supported", pair[1].score))
    if best[1].verdict == "supported" or len(spans) < 2:
        return best
    first = best[0][0]
    same = [s for s in spans if s != first and s.passage.number == first.passage.number]
    pairs = [pair for s in same if _shared_out(text, pair := tuple(sorted((first, s), key=_order)))][:2]
    joint = [(pair, check(text, pair, verifier)) for pair in pairs]
    return next((pair for pair in joint if pair[1].verdict == "supported"), best)


def _shared_out(text: str, spans: Sequence[Span]) -> bool:
    """Whether the text has parts, joined by "and" or the like, that each stand in one of the spans.

    What takes words of two spans for one statement is mostly the setting of one with the result of the other.
    """
    held = [set(content(f"{span.passage.paper.title} {span.text}")) for span in spans]
    parts = [stems for part in _JOINT.split(text) if (stems := set(content(part)))]
    return len(parts) > 1 and all(
        any(len(stems - there) <= NEW_WORDS * len(stems) for there in held) for stems in parts
    )


def check(text: str, spans: tuple[Span, ...], verifier: Verifier) -> Support:
    """The verifier's word, unless the text says too much that stands nowhere in what it cites.

    Two new words in a row are such a thing, so are many new ones, and a new one that is said of two words or fewer
    ("X is good"). A verifier that is sure may take many words for others of the same meaning, but no denial that the
    cited text does not make.
    """
    support = verifier.check(text, [span.evidence for span in spans])
    if support.verdict != "supported":
        return support
    titles, cited = " ".join(span.passage.paper.title for span in spans), " ".join(span.text for span in spans)
    if any(_recites_title(text, span.passage.paper.title) for span in spans):
        return Support(0.0, "unchecked", ("it is the title of the paper and claims nothing",))
    held = f"{titles} {cited}"
    held = f"{held} {_numbers(text, held)}"
    said, known = content(text), set(content(held))
    new = [word for stem, word in said.items() if stem not in known]
    few = len(new) * len(spans) <= NEW_WORDS * len(said)
    sure = support.score >= CLEAR and not lone_denial(clean(text), clean(cited))
    added, much = _added(text, held)
    if (few or sure) and not much:
        return support
    return Support(support.score, "unchecked", (f"the cited text does not hold: {', '.join((new or added)[:5])}",))


def _numbers(text: str, held: str) -> str:
    """The numbers of a text that are held, though written otherwise: "350 million" where "350M" stands."""
    there = read_quantities(clean(held))
    return " ".join(q.text for q in read_quantities(clean(text)) if any(same_quantity(q, other) for other in there))


def _recites_title(text: str, title: str) -> bool:
    said = words(text)
    said = said[1:] if said[:1] == ["title"] else said
    return bool(said) and words(title)[: len(said)] == said


def _added(text: str, held: str) -> tuple[list[str], bool]:
    """The words that stand nowhere in what is held; whether as small models add them.

    That is two in a row, or any to next to nothing.
    """
    there = {word.stem for word in read_words(clean(held))}
    said = [word for word in read_words(clean(text)) if word.is_content]
    new = [word.stem not in there for word in said]
    shared = there.intersection(word.stem for word in said)
    much = any(one and other for one, other in pairwise(new)) or (any(new) and len(shared) < LEAST)
    return [word.lower for word, is_new in zip(said, new, strict=True) if is_new], much


def _order(span: Span) -> tuple[int, int]:
    return span.passage.number, span.number


def _recited(named: Sequence[Span]) -> str:
    title = named[0].passage.paper.title
    return f"re-cited: the model named “{title}”, this paper supports it better"


def _why(support: Support) -> str | None:
    if support.verdict == "supported":
        return None
    return "; ".join(support.reasons) or "the cited text does not say so"
