"""What is measured of a claim against its evidence: agreement, and one figure a kind of error. No lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.cut import split_sentences
from rag.verify.checks.facts.names import missing_names
from rag.verify.checks.facts.numbers import missing_quantities
from rag.verify.checks.meaning.certainty import uncertain
from rag.verify.checks.meaning.direction import direction_conflict
from rag.verify.checks.meaning.negation import lone_denial, negation_conflict
from rag.verify.checks.meaning.order import sequence_conflict
from rag.verify.checks.meaning.parity import parity_conflict
from rag.verify.checks.meaning.roles import best_exchange
from rag.verify.checks.words import clean, read_words

FEATURES = (
    "cosine",
    "word_recall",
    "missing_number",
    "missing_name",
    "negation",
    "lone_denial",
    "direction",
    "exchange",
    "sequence",
)
ENOUGH = 0.7  # agreement beyond this proves nothing more: an edited copy agrees best of all
CONFLICTS = ("negation", "direction", "exchange", "sequence")
HARD = ("missing_number", "missing_name")
FOCUS = 2  # sentences of the evidence that a sentence of the claim is held against, where there are more
REUSED = 0.5  # only a claim that shares more of its words than this tells by its order that parts are exchanged
SAID = 0.5  # a conflict surer than this is worth a reason


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of FEATURES in order, and in words what speaks against support.

    barred: whether they disagree on "as good as" or "better than" the same rival, or the claim is surer.
    """

    values: tuple[float, ...]
    reasons: tuple[str, ...]
    barred: bool = False

    @property
    def fails_hard(self) -> bool:
        """Whether no score may make up for it: a number or name that is not there, or what ``barred`` tells."""
        return self.barred or any(self.values[FEATURES.index(name)] > 0 for name in HARD)


def windows_of(text: str) -> list[str]:
    """The sentences of a text and its neighbouring pairs of sentences."""
    spans = split_sentences(text)
    return [text[a:b] for a, b in spans] + [text[a[0] : b[1]] for a, b in pairwise(spans)]


def measure(claim: str, title: str, texts: Sequence[str], cosine: float, around: str = "") -> Measured:
    """The features of one claim against the cited texts together; the title lends its names and numbers.

    around: the whole passages that the texts stand in; they lend their numbers too. Names they do not lend: a sentence
    that speaks of one thing does not say it of another that its abstract speaks of elsewhere.
    """
    claim, texts = clean(claim), [clean(text) for text in texts]
    cited = f"{clean(title)}. {' '.join(texts)}"
    numbers = missing_quantities(claim, f"{clean(title)}. {clean(around)}" if around else cited)
    names = missing_names(claim, cited)
    reasons = [f"the number {n.text!r} is not in the cited text" for n in numbers]
    reasons += [f"the name {n.text!r} is not in the cited text" for n in names]
    conflicts, why = _conflicts(claim, texts)
    agreement = min(cosine, ENOUGH), min(word_recall(claim, title, texts), ENOUGH)
    values = (*agreement, _some(numbers), _some(names), *conflicts)
    bars = [surer] if (surer := uncertain(claim, " ".join(texts))) else []
    if parity_conflict(claim, " ".join(texts)):
        bars.append("one says as good as, the other better")
    return Measured(values, tuple(dict.fromkeys([*reasons, *bars, *why])), bool(bars))


def _some(missing: Sequence[object]) -> float:
    return float(bool(missing))


def _content(text: str) -> list[str]:
    return [word.stem for word in read_words(text) if word.is_content]


def word_recall(claim: str, title: str, texts: Sequence[str]) -> float:
    """The share of a claim's content stems that the texts, or the title, hold."""
    wanted = set(_content(clean(claim)))
    held = set(_content(clean(f"{title}. {' '.join(texts)}")))
    return len(wanted & held) / max(1, len(wanted))


def _conflicts(claim: str, texts: Sequence[str]) -> tuple[tuple[float, ...], list[str]]:
    """The worst conflict of each kind between a sentence of the claim and the evidence that it is held against."""
    worst: tuple[float, ...] = (0.0,) * 5
    why: list[str] = []
    for start, end in split_sentences(claim) or ((0, len(claim)),):
        part = claim[start:end]
        held = _focus(part, texts)
        denied = negation_conflict(part, held)
        turned, word = direction_conflict(part, held)
        exchange = best_exchange(part, held)
        order = sequence_conflict(part, held)
        share = len(set(_content(part)) & set(_content(held))) / max(1, len(set(_content(part))))
        trust = max(0.0, share - REUSED) / (1 - REUSED)
        crossed = min(1.0, exchange.both + 0.3 * exchange.gain) * trust
        worst = tuple(map(max, worst, (denied, lone_denial(part, held), turned, crossed, order)))
        if denied > SAID:
            why.append("it denies what the cited text states, or states what that denies")
        if turned > SAID:
            why.append(f"the cited text points the other way at {word!r}")
        if order > SAID:
            why.append("the cited text has another order")
        if crossed > SAID and exchange.parts:
            why.append(f"{exchange.parts[0]!r} and {exchange.parts[1]!r} seem exchanged")
    return worst, why


def _focus(part: str, texts: Sequence[str]) -> str:
    """The evidence in full where it is short, else the window that shares most words with the claim."""
    sentences = sum(len(split_sentences(text)) for text in texts)
    if sentences <= FOCUS:
        return " ".join(texts)
    wanted = set(_content(part))
    return max((w for text in texts for w in windows_of(text)), key=lambda w: len(wanted & set(_content(w))))
