"""Logistic regression, small enough to read: fitted by eval.fit.logistic, kept as JSON with its provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """P(y = 1 | x) = 1 / (1 + exp(-(weights · (x - mean) / scale + bias)))."""

    features: tuple[str, ...]
    mean: Table
    scale: Table
    weights: Table
    bias: float

    def predict(self, table: Table) -> Table:
        """The probability of each row."""
        logits = ((table - self.mean) / self.scale) @ self.weights + self.bias
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))

    def to_json(self) -> dict[str, Any]:
        """The model as plain JSON types, rounded."""
        rounded = {name: [round(float(x), 5) for x in getattr(self, name)] for name in ("mean", "scale", "weights")}
        return {"features": list(self.features), **rounded, "bias": round(float(self.bias), 5)}


def from_json(stored: dict[str, Any]) -> Logistic:
    """The model that ``to_json`` wrote."""
    mean, scale, weights = (np.array(stored[name], dtype=np.float64) for name in ("mean", "scale", "weights"))
    return Logistic(tuple(stored["features"]), mean, scale, weights, float(stored["bias"]))


@lru_cache
def stored(file: str) -> dict[str, Any]:
    """A JSON file of this package: fitted values with their provenance."""
    found: dict[str, Any] = json.loads(resources.files("rag.fitted").joinpath(file).read_text(encoding="utf-8"))
    return found
