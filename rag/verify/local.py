"""The default verifier: agreement and hard checks, weighed by a small logistic regression. No LLM, no download."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache, cachedmethod
from numpy.typing import NDArray

from rag.schema import Verdict
from rag.verify.checks.measure import Measured, measure, windows_of
from rag.verify.checks.words import clean, content_stems
from rag.verify.protocol import Evidence, Support
from rag.verify.weights import Weights, stored_weights

if TYPE_CHECKING:
    from index.embedding import Embedder

CACHED_VECTORS = 4096
VERBATIM = 0.98  # the score of a claim that is, word for word, a sentence of the evidence


class LocalVerifier:
    """Cosine, word agreement and checks of numbers, names, negation, direction and roles; milliseconds a claim."""

    name = "local"

    def __init__(self, embedder: Embedder | None = None, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._weights = weights or stored_weights(self.name)
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
        return Support(score, self._verdict(score, measured), self._reasons(score, measured))

    def measure(self, claim: str, evidence: Sequence[Evidence]) -> Measured:
        """The features of the claim against the evidence, before they are weighed."""
        titles = ". ".join(dict.fromkeys(item.title for item in evidence))
        return measure(claim, titles, [item.text for item in evidence], self.cosine(claim, evidence))

    def cosine(self, claim: str, evidence: Sequence[Evidence]) -> float:
        """The cosine of the claim with the best sentence, or pair of neighbouring sentences, of the evidence."""
        windows = [window for item in evidence for window in windows_of(item.text)]
        vectors = np.stack([self._vector(window) for window in windows])
        return float((vectors @ self._vector(claim)).max())

    def _verdict(self, score: float, measured: Measured) -> Verdict:
        if score >= self._weights.threshold:
            return "supported"
        return "contradicted" if measured.fails_hard else "unchecked"

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


def verbatim(claim: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the claim is a sentence of the evidence, or two that follow each other, apart from formatting."""
    wanted = clean(claim).rstrip(".")
    return any(clean(window).rstrip(".") == wanted for item in evidence for window in windows_of(item.text))
