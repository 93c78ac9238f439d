"""What rag/fitted/verifier.json holds: for each verifier its fitted model and threshold, and how good it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from rag.fitted.logistic import Logistic, from_json, stored
from rag.verify.checks.measure import CONFLICTS

FEATURES = ("read", *CONFLICTS)  # the reader's log odds, and the conflicts
NAMES_OF = {"local": FEATURES, "nli": (*FEATURES, "doubt")}  # what each verifier weighs; the entailment model's doubt


@dataclass(frozen=True, slots=True)
class Weights:
    """A model, and the probability of support from which a claim counts as supported."""

    model: Logistic
    threshold: float

    def probability(self, values: Sequence[float]) -> float:
        """The calibrated probability of support."""
        return float(self.model.predict(np.array([values], dtype=np.float64))[0])


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a verifier was found to be, in AUROC, with the command that found it.

    cross_validated: on our own pairs that it was fitted on, each judged by a fit that saw none of its paper, by kind.
    held_out: on our pairs that it was not fitted on, by kind ("own: role"; "own" is all).
    """

    provenance: str
    threshold: float
    cross_validated: tuple[tuple[str, float], ...]
    held_out: tuple[tuple[str, float], ...]


@cache
def stored_weights(name: str = "local") -> Weights:
    """The weights of the verifier "local" or "nli", as they ship."""
    kept = stored("verifier.json")[name]
    model = from_json(kept["model"])
    if model.features != NAMES_OF[name]:
        raise ValueError("rag/fitted/verifier.json was fitted on other features: run `make fit`")
    return Weights(model, kept["threshold"])


def figures(name: str = "local") -> Figures:
    """What is known of the quality of the verifier "local" or "nli"."""
    kept = stored("verifier.json")[name]
    crossed, held = (tuple(kept[part].items()) for part in ("cross_validated", "held_out"))
    return Figures(kept["provenance"], kept["threshold"], crossed, held)
