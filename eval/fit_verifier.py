"""Fit the weights of the local verifier.

``python -m eval.fit_verifier --public ../shared/bench/grounding/pairs.jsonl`` writes rag/verifier.json in minutes.

Only pairs of the splits "dev" and "train" are read. Agreement may only raise support, a conflict only
lower it: the weights are bounded by sign, so that copying more of the evidence never counts against a claim.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.pairs import LabelledPair, load_pairs
from rag.checks.features import FEATURES, HARD
from rag.local_verifier import LocalVerifier, Weights
from rag.verify import Evidence

AGREEMENT = ("cosine", "word_recall")
OWN_WEIGHT = 6.0  # our own pairs weigh as much as six public sources
PENALTY = 0.001
FOLDS = 7
LEAST_THRESHOLD = 0.5
UNWEIGHED = Weights(0.0, (0.0,) * len(FEATURES), 0.5, 0.25)  # measuring needs no weights
Table = NDArray[np.float64]


def measure_pairs(pairs: Sequence[LabelledPair], verifier: LocalVerifier) -> Table:
    """The features of every pair, one row each."""
    rows = [verifier.measure(p.claim, (Evidence(p.pair_id, p.title, p.passage),)).values for p in pairs]
    return np.array(rows, dtype=np.float64)


def balance(pairs: Sequence[LabelledPair]) -> Table:
    """Weights that give each source its share, half of it to each label."""
    cells: dict[tuple[str, bool], int] = {}
    for pair in pairs:
        cells[pair.source, pair.supported] = cells.get((pair.source, pair.supported), 0) + 1
    share = np.array([(OWN_WEIGHT if p.source == "own" else 1.0) / cells[p.source, p.supported] for p in pairs])
    return np.asarray(share / share.sum(), dtype=np.float64)


def fit(table: Table, labels: Table, weight: Table) -> tuple[float, Table]:
    """Intercept and weights of an L2-penalised logistic regression with bounded signs."""
    from scipy.optimize import minimize

    scale = table.std(axis=0) + 1e-9
    design, signs = table / scale, np.where(labels > 0.5, 1.0, -1.0)

    def loss(solution: Table) -> tuple[float, Table]:
        margins = signs * (design @ solution[1:] + solution[0])
        slope = -signs * weight / (1 + np.exp(np.clip(margins, -50, 50)))
        value = float((weight * np.logaddexp(0, -margins)).sum() + PENALTY / 2 * (solution[1:] ** 2).sum())
        return value, np.r_[slope.sum(), design.T @ slope + PENALTY * solution[1:]]

    bounds = [(None, None), *((0, None) if name in AGREEMENT else (None, 0) for name in FEATURES)]
    solution = minimize(loss, np.zeros(1 + len(FEATURES)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(solution[0]), np.asarray(solution[1:] / scale)


def probabilities(table: Table, intercept: float, weights: Table) -> Table:
    """The fitted probability of support of each row, hard failures held at zero."""
    found = 1 / (1 + np.exp(-np.clip(table @ weights + intercept, -50, 50)))
    failed = table[:, [FEATURES.index(name) for name in HARD]].max(axis=1) > 0
    return np.asarray(np.where(failed, found * 1e-3, found))


def cross_validate(table: Table, pairs: Sequence[LabelledPair]) -> Table:
    """Probabilities of our own pairs, each from a fit that saw no pair of the same paper; 0.5 for the others."""
    labels = np.array([p.supported for p in pairs], dtype=np.float64)
    titles = sorted({p.title for p in pairs if p.source == "own"})
    order = np.random.default_rng(0).permutation(len(titles))
    fold = {titles[at]: place % FOLDS for place, at in enumerate(order)}
    found = np.full(len(pairs), 0.5)
    for part in range(FOLDS):
        held = np.array([p.source == "own" and fold[p.title] == part for p in pairs])
        kept = [p for p, out in zip(pairs, held, strict=True) if not out]
        fitted = fit(table[~held], labels[~held], balance(kept))
        found[held] = probabilities(table[held], *fitted)
    return found


def best_threshold(scores: Table, labels: Table) -> float:
    """The threshold with the best balanced accuracy, never below one half."""
    candidates = np.arange(LEAST_THRESHOLD, 0.8, 0.01)
    accuracies = [((scores[labels > 0.5] >= t).mean() + (scores[labels < 0.5] < t).mean()) / 2 for t in candidates]
    return float(round(candidates[int(np.argmax(accuracies))], 2))


def fit_all(pairs: Sequence[LabelledPair], table: Table, provenance: str) -> dict[str, Any]:
    """Everything that rag/verifier.json holds."""
    from sklearn.metrics import roc_auc_score

    labels = np.array([p.supported for p in pairs], dtype=np.float64)
    own = np.array([p.source == "own" and p.split == "dev" for p in pairs])
    crossed = cross_validate(table, pairs)
    threshold = best_threshold(crossed[own], labels[own])
    intercept, weights = fit(table, labels, balance(pairs))
    return {
        "provenance": provenance,
        "cross_validated_auroc": round(float(roc_auc_score(labels[own], crossed[own])), 3),
        "intercept": round(intercept, 4),
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "threshold": threshold,
        "weak": round(threshold / 2, 3),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the dev pairs, fit, and write the weights."""
    parser = argparse.ArgumentParser(description="Fit the weights of the local verifier.")
    parser.add_argument("--public", type=Path, help="public pairs to fit on as well (their dev split)")
    parser.add_argument("--out", type=Path, default=Path("rag/verifier.json"))
    given = parser.parse_args(arguments)
    pairs = (
        load_pairs(split="dev")
        + load_pairs(split="train")
        + (load_pairs(given.public, split="dev") if given.public else ())
    )
    digest = hashlib.sha256("\n".join(f"{p.claim}\t{p.passage}\t{p.supported}" for p in pairs).encode()).hexdigest()
    provenance = (
        f"python -m eval.fit_verifier, {date.today().isoformat()}: {len(pairs)} pairs of "
        f"{', '.join(sorted({p.source for p in pairs}))} (sha256 {digest[:16]}), own weight {OWN_WEIGHT:g}; threshold: "
        f"best balanced accuracy on our own pairs, {FOLDS}-fold by paper"
    )
    stored = fit_all(pairs, measure_pairs(pairs, LocalVerifier(weights=UNWEIGHED)), provenance)
    given.out.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf8")
    print(json.dumps(stored, indent=2))


if __name__ == "__main__":
    main()
