"""What rag/fitted/verifier.json holds: for each verifier its fitted weights and thresholds, and how good it is."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from rag.verify.checks.measure import FEATURES

VIEWS = ("doubt",)  # what the entailment model adds
NAMES_OF = {"local": FEATURES, "nli": (*FEATURES, *VIEWS)}  # the features that each verifier weighs, in order


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted logistic regression with its thresholds, as stored in rag/fitted/verifier.json with its provenance."""

    intercept: float
    weights: tuple[float, ...]
    threshold: float
    weak: float

    def probability(self, values: Sequence[float]) -> float:
        """The calibrated probability of support."""
        odds = self.intercept + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a verifier was found to be, in AUROC, with the commands that found it.

    cross_validated: on our own pairs that it was fitted on, each judged by a fit that saw none of its paper, by kind.
    held_out: on pairs that it was not fitted on, by source ("own" is ours) and for ours by kind ("own: role").
    """

    provenance: str
    threshold: float
    cross_validated: tuple[tuple[str, float], ...]
    held_out: tuple[tuple[str, float], ...]


@cache
def stored_weights(name: str = "local") -> Weights:
    """The weights of the verifier "local" or "nli", as they ship."""
    stored = _stored(name)
    weights = tuple(float(stored["weights"][feature]) for feature in NAMES_OF[name])
    return Weights(stored["intercept"], weights, stored["threshold"], stored["weak"])


def figures(name: str = "local") -> Figures:
    """What is known of the quality of the verifier "local" or "nli"."""
    stored = _stored(name)
    crossed, held = (tuple(stored.get(part, {}).items()) for part in ("cross_validated", "held_out"))
    return Figures(stored["provenance"], stored["threshold"], crossed, held)


def _stored(name: str) -> Any:
    return json.loads(resources.files("rag.fitted").joinpath("verifier.json").read_text(encoding="utf8"))[name]
