"""What is measured of a claim against its evidence: agreement, and one figure a kind of error. No lengths."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.checks.names import missing_names
from rag.checks.numbers import missing_quantities
from rag.checks.words import clean, read_words

FEATURES = ("cosine", "word_recall", "bigram_recall", "missing_number", "missing_name")
HARD = ("missing_number", "missing_name")


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of FEATURES in order, and in words what speaks against support."""

    values: tuple[float, ...]
    reasons: tuple[str, ...]

    @property
    def fails_hard(self) -> bool:
        """Whether a number or a name of the claim is not in the evidence: no score may make up for that."""
        return any(self.values[FEATURES.index(name)] > 0 for name in HARD)


def measure(claim: str, title: str, text: str, cosine: float) -> Measured:
    """The features of one claim against one text; the title lends its names and numbers."""
    claim, title, text = clean(claim), clean(title), clean(text)
    titled = f"{title}. {text}"
    numbers = missing_quantities(claim, titled)
    names = missing_names(claim, titled)
    reasons = [f"the number {n.text!r} is not in the cited text" for n in numbers]
    reasons += [f"the name {n.text!r} is not in the cited text" for n in names]
    values = (cosine, *_recalls(claim, titled), float(bool(numbers)), float(bool(names)))
    return Measured(values, tuple(dict.fromkeys(reasons)))


def _recalls(claim: str, text: str) -> tuple[float, float]:
    """The share of the claim's content stems, and of its neighbouring pairs of them, that the text holds."""
    ours = [word.stem for word in read_words(claim) if word.is_content]
    theirs = [word.stem for word in read_words(text) if word.is_content]
    pairs = {frozenset(pair) for pair in pairwise(ours)}
    held = {frozenset(pair) for pair in pairwise(theirs)}
    words = set(ours)
    return len(words & set(theirs)) / max(1, len(words)), len(pairs & held) / max(1, len(pairs))


def best_cosine(claim: NDArray[np.float32], windows: NDArray[np.float32]) -> float:
    """The cosine of the claim with the best of the evidence's sentences and windows."""
    return float((windows @ claim).max()) if len(windows) else 0.0
