"""The default verifier: agreement and hard checks, weighed by a small logistic regression. No LLM, no download."""

from __future__ import annotations

import math
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from cachetools import LRUCache, cachedmethod
from numpy.typing import NDArray

from index.cut import split_sentences
from rag.schema import Verdict
from rag.verify.checks.measure import Measured, measure, windows_of
from rag.verify.checks.words import clean, content_stems
from rag.verify.clash import clash
from rag.verify.protocol import Evidence, Support
from rag.verify.weights import Weights, stored_weights

if TYPE_CHECKING:
    from index.embedding import Embedder

CACHED_VECTORS = 4096
VERBATIM = 0.98  # the score of a claim that is, word for word, a sentence of the evidence
# What the reader's log-odds weigh beside those of the checks, and the odds from which both together suffice. Chosen on
# the answers of eval/gold/strong/dev.jsonl, at one planted error in eight.
READ, ENOUGH = {"local": 1.0, "nli": 0.5}, {"local": 3.5, "nli": 3.4}


class Reads(Protocol):
    """What reads a claim together with its evidence: ``rag.read.reader.Reader``."""

    def support(self, claims: Sequence[str], evidences: Sequence[Sequence[str]]) -> Sequence[float]:
        """For each claim how likely its sentences of evidence support it."""
        ...


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
        evidence = [item for item in evidence if item.text.strip()]
        if not evidence or not content_stems(clean(claim)):
            return Support(0.0, "unchecked", ("there is no evidence" if not evidence else "there is no claim",))
        measured = self.measure(claim, evidence)
        score = self._weights.probability(measured.values)
        if measured.fails_hard:
            score *= self._weights.weak * 0.999
        elif verbatim(claim, evidence):
            score = max(score, VERBATIM)
        elif self._reader is not None:
            score = self._read(score, claim, evidence)
        against = clash(claim, [(item.title, f"{item.text} {item.context}") for item in evidence])
        if against:
            return Support(min(score, self._weights.weak), "contradicted", (against[1],))
        verdict: Verdict = "supported" if score >= self._weights.threshold else "unchecked"
        return Support(score, verdict, self._reasons(score, measured))

    def _read(self, score: float, claim: str, evidence: Sequence[Evidence]) -> float:
        """The score with the reader's view: the odds of both are added, and what is enough lies at one half."""
        assert self._reader is not None
        held = [item.text[a:b] for item in evidence for a, b in split_sentences(item.text)]
        titles = list(dict.fromkeys(f"{item.title}." for item in evidence if item.title))
        read = _odds(self._reader.support([claim], [[*titles, *held]])[0])
        odds = _odds(score) + READ[self.kind] * read - ENOUGH[self.kind]
        return 1 / (1 + math.exp(-odds))

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

    def _reasons(self, score: float, measured: Measured) -> tuple[str, ...]:
        if score >= self._weights.threshold:
            return ()
        return measured.reasons or ("the cited text does not say this",)

    @cachedmethod(lambda self: self._vectors, key=lambda self, text: clean(text), lock=lambda self: self._caching)
    def _vector(self, text: str) -> NDArray[np.float32]:
        return self._load().embed_query(clean(text))

    def _load(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                from index.embedding import get_embedder

                self._embedder = get_embedder()
            return self._embedder


def _odds(chance: float) -> float:
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def verbatim(claim: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the claim is a sentence of the evidence, or two that follow each other, apart from formatting."""
    wanted = clean(claim).rstrip(".")
    return any(clean(window).rstrip(".") == wanted for item in evidence for window in windows_of(item.text))
