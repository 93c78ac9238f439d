"""Logistic regression, small enough to read: fitted once by a script, kept as JSON with its provenance."""

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


def fit(
    table: Table, labels: Table, features: tuple[str, ...], *, weight: Table | None = None, l2: float = 1.0
) -> Logistic:
    """Fit by Newton's method with an L2 penalty on the standardised weights (the bias is free)."""
    mean, scale = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-3)
    design = np.c_[(table - mean) / scale, np.ones(len(table))]
    penalty = np.diag([l2] * table.shape[1] + [1e-6])
    weight = np.ones(len(table)) if weight is None else weight
    solution = np.zeros(design.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(design @ solution, -50, 50)))
        gradient = design.T @ (weight * (labels - p)) - penalty @ solution
        step = np.linalg.solve((design * (weight * p * (1 - p))[:, None]).T @ design + penalty, gradient)
        solution += step
        if float(np.abs(step).max()) < 1e-8:
            break
    return Logistic(features, mean, scale, solution[:-1], float(solution[-1]))
