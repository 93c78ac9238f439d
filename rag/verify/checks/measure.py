"""What is checked of a claim against its evidence: numbers, names, and one figure a kind of conflict. No lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.cut import split_sentences
from rag.verify.checks.facts.names import missing_names
from rag.verify.checks.facts.numbers import missing_quantities
from rag.verify.checks.meaning.certainty import uncertain
from rag.verify.checks.meaning.direction import direction_conflict
from rag.verify.checks.meaning.negation import negation_conflict
from rag.verify.checks.meaning.parity import parity_conflict
from rag.verify.checks.meaning.roles import best_exchange
from rag.verify.checks.words import clean, content_stems

CONFLICTS = ("negation", "direction", "exchange")
FOCUS = 2  # sentences of the evidence that a sentence of the claim is held against, where there are more
REUSED = 0.5  # only a claim that shares more of its words than this tells by its order that parts are exchanged
SAID = 0.5  # a conflict surer than this is worth a reason


@dataclass(frozen=True, slots=True)
class Measured:
    """The strength of each of CONFLICTS, 0 to 1, and in words what speaks against support.

    barred: whether no score makes up for it: a number or a name is not there, the claim is surer than its evidence, or
    one says as good as and the other better.
    """

    conflicts: tuple[float, ...]
    reasons: tuple[str, ...]
    barred: bool


def windows_of(text: str) -> list[str]:
    """The sentences of a text and its neighbouring pairs of sentences."""
    spans = split_sentences(text)
    return [text[a:b] for a, b in spans] + [text[a[0] : b[1]] for a, b in pairwise(spans)]


def measure(claim: str, title: str, texts: Sequence[str], around: str = "") -> Measured:
    """Check one claim against the cited texts together; the title lends its names and numbers.

    around: the whole passages that the texts stand in; they lend their numbers too. Names they do not lend: a sentence
    that speaks of one thing does not say it of another that its abstract speaks of elsewhere.
    """
    claim, texts = clean(claim), [clean(text) for text in texts]
    cited = f"{clean(title)}. {' '.join(texts)}"
    numbers = missing_quantities(claim, f"{clean(title)}. {clean(around)}" if around else cited)
    names = missing_names(claim, cited)
    reasons = [f"the number {n.text!r} is not in the cited text" for n in numbers]
    reasons += [f"the name {n.text!r} is not in the cited text" for n in names]
    reasons += [surer] if (surer := uncertain(claim, " ".join(texts))) else []
    reasons += ["one says as good as, the other better"] if parity_conflict(claim, " ".join(texts)) else []
    conflicts, why = _conflicts(claim, texts)
    return Measured(conflicts, tuple(dict.fromkeys([*reasons, *why])), bool(reasons))


def _conflicts(claim: str, texts: Sequence[str]) -> tuple[tuple[float, ...], list[str]]:
    """The worst conflict of each kind between a sentence of the claim and the evidence that it is held against."""
    worst = (0.0,) * len(CONFLICTS)
    why: list[str] = []
    for start, end in split_sentences(claim) or ((0, len(claim)),):
        part = claim[start:end]
        held = _focus(part, texts)
        denied = negation_conflict(part, held)
        turned, word = direction_conflict(part, held)
        exchange = best_exchange(part, held)
        said = content_stems(part)
        share = len(said & content_stems(held)) / max(1, len(said))
        crossed = min(1.0, exchange.both + 0.3 * exchange.gain) * max(0.0, share - REUSED) / (1 - REUSED)
        worst = tuple(map(max, worst, (denied, turned, crossed)))
        if denied > SAID:
            why.append("it denies what the cited text states, or states what that denies")
        if turned > SAID:
            why.append(f"the cited text points the other way at {word!r}")
        if crossed > SAID and exchange.parts:
            why.append(f"{exchange.parts[0]!r} and {exchange.parts[1]!r} seem exchanged")
    return worst, why


def _focus(part: str, texts: Sequence[str]) -> str:
    """The evidence in full where it is short, else the window that shares most words with the claim."""
    if sum(len(split_sentences(text)) for text in texts) <= FOCUS:
        return " ".join(texts)
    wanted = content_stems(part)
    return max((w for text in texts for w in windows_of(text)), key=lambda w: len(wanted & content_stems(w)))
