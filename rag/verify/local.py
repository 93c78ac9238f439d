"""The default verifier: agreement and hard checks, weighed by a small logistic regression. No LLM, no download."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from cachetools import LRUCache, cachedmethod
from numpy.typing import NDArray

from index.cut import split_sentences
from rag.verify.checks.facts.terms import strange_terms
from rag.verify.checks.meaning.certainty import dropped_hedge
from rag.verify.checks.measure import CONFLICTS, Measured, measure, windows_of
from rag.verify.checks.words import clean, content_stems
from rag.verify.clash import clash
from rag.verify.protocol import Evidence, Support
from rag.verify.weights import NAMES_OF, Weights, stored_weights

if TYPE_CHECKING:
    from index.embedding import Embedder

CACHED_VECTORS = 4096
VERBATIM = 0.98  # the score of a claim that is, word for word, a sentence of the evidence
# The log-odds that suffice of checks and reader together: those from which, of our own pairs that were changed
# in one thing, fewer than one in twenty passes.
ENOUGH = {"local": 2.0, "nli": 3.4}
TOGETHER = 2.0  # how much more must speak for what several sentences say together: facts may be joined wrongly
HEDGED = 2.0  # the same for a claim that is put without the hedge of what it cites
# How much more a conflict weighs beside the reader, which sees few of them: on the project's own pairs (dev and train,
# which the reader never saw) both together reach an AUROC of .83 by it, and .77 without.
CONFLICT = {"local": 3.0, "nli": 1.0}
SURE = 0.97  # how sure the reader must be of a claim with terms that the evidence knows nothing of

Pair = tuple[str, tuple[str, ...]]  # a claim, and the sentences that it is read with


class Reads(Protocol):
    """What reads a claim together with its evidence: ``rag.read.reader.Reader``."""

    def support(self, claims: Sequence[str], evidences: Sequence[Sequence[str]]) -> Sequence[float]:
        """For each claim how likely its sentences of evidence support it."""
        ...


@dataclass(frozen=True, slots=True)
class _Step:
    """What the checks leave of a claim: the pair for the reader, terms that are strange, a figure that clashes.

    more: how much more than usual must speak for it, in log-odds.
    """

    score: float
    reasons: tuple[str, ...]
    pair: Pair | None = None
    strange: tuple[str, ...] = ()
    against: str | None = None
    more: float = 0.0


class LocalVerifier:
    """Likeness, word agreement, checks of numbers, names, negation, direction and roles, and the small reader."""

    name = "local"
    kind = "local"

    def __init__(
        self, embedder: Embedder | None = None, weights: Weights | None = None, reader: Reads | None = None
    ) -> None:
        self._embedder = embedder
        self._weights = weights or stored_weights(self.kind)
        self._reader = reader
        self._vectors: LRUCache[str, NDArray[np.float32]] = LRUCache(CACHED_VECTORS)
        self._lock, self._caching = Lock(), Lock()

    @property
    def threshold(self) -> float:
        """The score from which a claim counts as supported."""
        return self._weights.threshold

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Calibrated support of the claim by all the evidence together, with what speaks against it."""
        return self.check_all([(claim, evidence)])[0]

    def check_all(self, asked: Sequence[tuple[str, Sequence[Evidence]]]) -> tuple[Support, ...]:
        """The same of many: the checks first, then the reader once for each pair that they leave undecided."""
        steps = [self._weighed(claim, evidence) for claim, evidence in asked]
        pairs = list(dict.fromkeys(step.pair for step in steps if step.pair))
        read: dict[Pair, float] = {}
        if pairs and self._reader is not None:
            claims, evidences = [claim for claim, _ in pairs], [held for _, held in pairs]
            read = dict(zip(pairs, self._reader.support(claims, evidences), strict=True))
        return tuple(self._settled(step, read) for step in steps)

    def _weighed(self, claim: str, evidence: Sequence[Evidence]) -> _Step:
        """What the checks find, and what the reader is to be asked where they leave it undecided."""
        evidence = [item for item in evidence if item.text.strip()]
        if not evidence or not content_stems(clean(claim)):
            return _Step(0.0, ("there is no evidence" if not evidence else "there is no claim",))
        measured = self.measure(claim, evidence)
        pair, strange = None, tuple[str, ...]()
        score = self._weights.probability(self._beside_reader(measured.values))
        if measured.fails_hard:
            score *= self._weights.weak * 0.999
        elif verbatim(claim, evidence):
            score = max(score, VERBATIM)
        else:
            strange = strange_terms(clean(claim), clean(_all_of(evidence)))
            pair = (claim, _read_of(evidence)) if self._reader is not None else None
        hedge = dropped_hedge(clean(claim), clean(" ".join(item.text for item in evidence)))
        more = (len(evidence) > 1) * TOGETHER + bool(hedge) * HEDGED
        reasons = measured.reasons or ((f"the cited text says so less surely: {hedge!r}",) if hedge else ())
        against = clash(claim, list(dict.fromkeys((item.title, item.context or item.text) for item in evidence)))
        return _Step(score, reasons, pair, strange, against[1] if against else None, more)

    def _beside_reader(self, values: Sequence[float]) -> list[float]:
        more = CONFLICT[self.kind] if self._reader is not None else 1.0
        return [more * v if name in CONFLICTS else v for name, v in zip(NAMES_OF[self.kind], values, strict=True)]

    def _settled(self, step: _Step, read: Mapping[Pair, float]) -> Support:
        """The verdict: the odds of checks and reader are added, and what is enough lies at one half."""
        score, reasons = step.score, step.reasons
        if step.against:
            return Support(min(score, self._weights.weak), "contradicted", (step.against,))
        if step.pair is not None:
            odds = _odds(score) + _odds(read[step.pair]) - ENOUGH[self.kind] - step.more
            score = 1 / (1 + math.exp(-odds))
        if step.strange and (step.pair is None or read[step.pair] < SURE):
            score = min(score, self._weights.weak)
            reasons = (f"{step.strange[0]!r} is not in the cited text", *reasons)
        if score >= self._weights.threshold:
            return Support(score, "supported")
        return Support(score, "unchecked", reasons or ("the cited text does not say this",))

    def measure(self, claim: str, evidence: Sequence[Evidence]) -> Measured:
        """The features of the claim against the evidence, before they are weighed."""
        titles = ". ".join(dict.fromkeys(item.title for item in evidence))
        around = " ".join(dict.fromkeys(item.context for item in evidence))
        return measure(claim, titles, [item.text for item in evidence], self.cosine(claim, evidence), around)

    def cosine(self, claim: str, evidence: Sequence[Evidence]) -> float:
        """The cosine of the claim with the best sentence, or pair of neighbouring sentences, of the evidence."""
        windows = [window for item in evidence for window in windows_of(item.text)]
        vectors = np.stack([self._vector(window) for window in windows])
        return float((vectors @ self._vector(claim)).max())

    @cachedmethod(lambda self: self._vectors, key=lambda self, text: clean(text), lock=lambda self: self._caching)
    def _vector(self, text: str) -> NDArray[np.float32]:
        return self._load().embed_query(clean(text))

    def _load(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                from index.embedding import get_embedder

                self._embedder = get_embedder()
            return self._embedder


def _read_of(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """What the reader reads: the titles, and each sentence of the evidence."""
    titles = dict.fromkeys(f"{item.title}." for item in evidence if item.title)
    return (*titles, *(item.text[a:b] for item in evidence for a, b in split_sentences(item.text)))


def _all_of(evidence: Sequence[Evidence]) -> str:
    return " ".join(dict.fromkeys(part for item in evidence for part in (item.title, item.context or item.text)))


def _odds(chance: float) -> float:
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def verbatim(claim: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the claim is a sentence of the evidence, or two that follow each other, apart from formatting."""
    wanted = clean(claim).rstrip(".")
    return any(clean(window).rstrip(".") == wanted for item in evidence for window in windows_of(item.text))
