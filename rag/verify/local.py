"""The default verifier: hard checks of facts, and the small reader weighed with signs of conflict. No download."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.cut import split_sentences
from rag.read.readings import logit
from rag.text.language import in_another_language
from rag.verify.checks.meaning.certainty import dropped_hedge
from rag.verify.checks.measure import Measured, measure, windows_of
from rag.verify.checks.words import clean, content_stems
from rag.verify.clash import clash
from rag.verify.protocol import Evidence, Support
from rag.verify.weights import NAMES_OF, Weights, stored_weights

VERBATIM = 0.98  # the score of a claim that is, word for word, a sentence of the evidence
HEDGED = 0.3  # by how many log odds more must speak for a claim without the hedge of what it cites
FOREIGN = "it cannot be checked: what it cites is in another language"
BARRED = 0.05  # the score of a claim that the hard checks forbid

Pair = tuple[str, tuple[str, ...]]  # a claim, and the sentences that it is read with


class Reads(Protocol):
    """What reads a claim together with its evidence: ``rag.read.reader.Reader``."""

    def support(self, claims: Sequence[str], evidences: Sequence[Sequence[str]]) -> Sequence[float]:
        """For each claim how likely its sentences of evidence support it."""
        ...


@dataclass(frozen=True, slots=True)
class _Step:
    """What the checks leave of a claim: a verdict, or the pair for the reader and what is weighed beside it.

    less: what is taken off the log odds of support.
    """

    support: Support | None = None
    pair: Pair | None = None
    weighed: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()
    less: float = 0.0


class LocalVerifier:
    """Checks of numbers, names, negation, direction and roles, and the small reader."""

    name = "local"
    kind = "local"

    def __init__(self, reader: Reads | None = None, weights: Weights | None = None) -> None:
        self._reader = reader
        self._given = weights

    @property
    def _weights(self) -> Weights:
        return self._given or stored_weights(self.kind)

    @property
    def threshold(self) -> float:
        """The score from which a claim counts as supported."""
        return self._weights.threshold

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Calibrated support of the claim by all the evidence together, with what speaks against it."""
        return self.check_all([(claim, evidence)])[0]

    def check_all(self, asked: Sequence[tuple[str, Sequence[Evidence]]]) -> tuple[Support, ...]:
        """The same of many: the checks first, then the reader once for each pair that they leave undecided."""
        steps = [self._checked(claim, [item for item in evidence if item.text.strip()]) for claim, evidence in asked]
        read = self.read(dict.fromkeys(step.pair for step in steps if step.pair))
        return tuple(step.support or self._settled(step, read) for step in steps)

    def read(self, pairs: Mapping[Pair, None]) -> dict[Pair, float]:
        """The log odds that the reader gives to each pair."""
        if not pairs:
            return {}
        if self._reader is None:
            from rag.read.reader import shipped

            self._reader = shipped()
        claims, evidences = [claim for claim, _ in pairs], [held for _, held in pairs]
        return {
            pair: logit(chance) for pair, chance in zip(pairs, self._reader.support(claims, evidences), strict=True)
        }

    def _checked(self, claim: str, evidence: Sequence[Evidence]) -> _Step:
        """What the checks settle, and what the reader is to be asked where they do not."""
        if not evidence or not content_stems(clean(claim)):
            return _Step(Support(0.0, "unchecked", ("there is no evidence" if not evidence else "there is no claim",)))
        against = clash(claim, list(dict.fromkeys((item.title, item.context or item.text) for item in evidence)))
        if against:
            return _Step(Support(BARRED, "contradicted", (against[1],)))
        found = measured(claim, evidence)
        foreign = in_another_language(claim, " ".join(item.context or item.text for item in evidence))
        reasons = (FOREIGN,) if foreign else found.reasons
        if found.barred:
            return _Step(Support(BARRED, "unchecked", reasons))
        if verbatim(claim, evidence):
            return _Step(Support(VERBATIM, "supported"))
        hedge = dropped_hedge(clean(claim), clean(" ".join(item.text for item in evidence)))
        if hedge and not reasons:
            reasons = (f"the cited text says so less surely: {hedge!r}",)
        pair = clean(claim), _read_of(evidence)
        return _Step(None, pair, self.weighed(claim, evidence, found), reasons, bool(hedge) * HEDGED)

    def features(self, claim: str, evidence: Sequence[Evidence]) -> tuple[float, ...]:
        """What is weighed of a claim, in the order of ``NAMES_OF``: for a fit. NaN where the checks settle it."""
        step = self._checked(claim, evidence)
        if step.pair is None:
            return (float("nan"),) * len(NAMES_OF[self.kind])
        return (self.read({step.pair: None})[step.pair], *step.weighed)

    def weighed(self, claim: str, evidence: Sequence[Evidence], found: Measured) -> tuple[float, ...]:
        """What is weighed beside the reader's odds."""
        return found.conflicts

    def score(self, values: Sequence[float]) -> float:
        """The probability of support of what was weighed."""
        return self._weights.probability(values)

    def _settled(self, step: _Step, read: Mapping[Pair, float]) -> Support:
        assert step.pair is not None
        score = 1 / (1 + math.exp(step.less - logit(self.score((read[step.pair], *step.weighed)))))
        if score >= self._weights.threshold:
            return Support(score, "supported")
        return Support(score, "unchecked", step.reasons or ("the cited text does not say this",))


def measured(claim: str, evidence: Sequence[Evidence]) -> Measured:
    """The checks of the claim against the evidence."""
    titles = ". ".join(dict.fromkeys(item.title for item in evidence))
    around = " ".join(dict.fromkeys(item.context for item in evidence))
    return measure(claim, titles, [item.text for item in evidence], around)


def _read_of(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """What the reader reads: the titles, and each sentence of the evidence."""
    titles = dict.fromkeys(f"{item.title}." for item in evidence if item.title)
    return (*titles, *(item.text[a:b] for item in evidence for a, b in split_sentences(item.text)))


def verbatim(claim: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the claim is a sentence of the evidence, or two that follow each other, apart from formatting."""
    wanted = clean(claim).rstrip(".")
    return any(clean(window).rstrip(".") == wanted for item in evidence for window in windows_of(item.text))
