"""The models that score: entailment, embedding and judge. Each is a setting of its own, apart from the answering."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rag.verify import CrossEncoder, Evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[str], "NDArray[np.float32]"]
WORD = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*")
SMALL = frozenset(
    WORD.findall(
        "a an and are as at be been but by can do does for from had has have how in into is it its may more of on or "
        "over so such than that the their them then there these they this those to was were what when which while who "
        "will with would"
    )
)
NEGATIONS = frozenset(("no", "not", "never", "neither", "nor", "cannot", "without", "hardly", "fails", "fail"))


@dataclass(frozen=True, slots=True)
class Entailment:
    """How far the passages bear the claim, in [0, 1], and whether that is enough."""

    score: float
    entailed: bool


class Scorer(Protocol):
    """Says whether passages, taken together, entail a claim."""

    @property
    def name(self) -> str:
        """The name of the model, as the report prints it."""

    def entails(self, claim: str, passages: Sequence[Evidence]) -> Entailment:
        """Score the claim against the passages."""


class Judge(Protocol):
    """An LLM that judges an answer. Each method returns a score in [0, 1] and the judge's reason."""

    @property
    def name(self) -> str:
        """The name of the model, as the report prints it."""

    def faithfulness(self, question: str, answer: str, contexts: Sequence[str]) -> tuple[float, str]:
        """Whether the contexts bear the answer."""

    def relevancy(self, question: str, answer: str, contexts: Sequence[str]) -> tuple[float, str]:
        """Whether the answer and its contexts answer the question."""

    def prefer(self, question: str, first: str, second: str) -> tuple[float, str]:
        """1 where the first answer is better, 0 where the second is, 0.5 for a tie."""


class OverlapScorer:
    """A scorer without a model: the share of the claim's content words that the passages hold.

    It entails from 0.8 on. A number of the claim that the passages lack, and a negation on one side alone, each halve
    the score. It shares nothing with the verifier that answers, which is what it is for.
    """

    name = "overlap"
    threshold = 0.8

    def entails(self, claim: str, passages: Sequence[Evidence]) -> Entailment:
        """Score the claim by the words that it shares with the passages and their titles."""
        words = [_stem(w) for w in WORD.findall(claim.lower()) if w not in SMALL]
        text = WORD.findall(" ".join(p.text for p in passages).lower())
        held = {_stem(w) for w in text} | {_stem(w) for p in passages for w in WORD.findall(p.title.lower())}
        if not words or not passages:
            return Entailment(0.0, False)
        score = sum(word in held for word in words) / len(words)
        numbers = all(word in held for word in words if word[0].isdigit())
        negated = bool(NEGATIONS & set(WORD.findall(claim.lower()))) == bool(NEGATIONS & set(text))
        score *= (1 if numbers else 0.5) * (1 if negated else 0.5)
        return Entailment(score, score >= self.threshold)


class CachedScorer:
    """Asks another scorer once for each pair; ALCE's precision asks for the same pairs again and again."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._known: dict[tuple[str, tuple[Evidence, ...]], Entailment] = {}

    @property
    def name(self) -> str:
        """The name of the scorer behind."""
        return self._scorer.name

    def entails(self, claim: str, passages: Sequence[Evidence]) -> Entailment:
        """Score the claim, from memory where the same was asked before."""
        key = (claim, tuple(passages))
        if key not in self._known:
            self._known[key] = self._scorer.entails(claim, passages)
        return self._known[key]


class CrossEncoderScorer:
    """A sentence-transformers cross-encoder: natural-language inference, or one consistency logit."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._encoder = CrossEncoder(name)

    def entails(self, claim: str, passages: Sequence[Evidence]) -> Entailment:
        """The probability that the passages, joined, entail the claim."""
        if not passages:
            return Entailment(0.0, False)
        odds = self._encoder.log_odds(" ".join(p.text for p in passages), claim)
        score = 1 / (1 + math.exp(-odds))
        return Entailment(score, score >= 0.5)


def _stem(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "")
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


class VerifierScorer:
    """One of the verifiers of ``rag.verify`` as a scorer; its verdict "supported" is entailment."""

    def __init__(self, verifier: Any) -> None:
        self._verifier = verifier

    @property
    def name(self) -> str:
        """The name of the verifier."""
        return str(self._verifier.name)

    def entails(self, claim: str, passages: Sequence[Evidence]) -> Entailment:
        """What the verifier says of the claim."""
        support = self._verifier.check(claim, passages)
        return Entailment(float(support.score), support.verdict == "supported")
