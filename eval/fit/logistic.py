"""The one way in which this project fits a logistic regression: scikit-learn's, to the form that rag predicts with.

The same rows always give the same model: Newton's method without chance, converged far beyond the decimals kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.fitted.logistic import Logistic

Table = NDArray[np.float64]


def fit(
    table: Table,
    labels: Table,
    features: Sequence[str],
    *,
    weight: Table | None = None,
    l2: float = 1.0,
    signs: Mapping[str, int] | None = None,
) -> Logistic:
    """The model of P(label = 1) that minimises the weighted log loss + l2/2 · |weights|², on standardised columns.

    signs: features that may only raise the probability (1) or only lower it (-1). The one that offends most is left out
    (its weight is 0) and the rest fitted again, until none offends.
    """
    mean, scale = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-3)
    design = (table - mean) / scale
    wanted = np.array([(signs or {}).get(name, 0) for name in features])
    used = np.ones(len(features), dtype=bool)
    weights = np.zeros(len(features))
    while True:
        weights[:] = 0
        weights[used], bias = _solve(design[:, used], labels, weight, l2)
        against = weights * wanted
        if against.min(initial=0) >= 0:
            return Logistic(tuple(features), mean, scale, weights, bias)
        used[int(np.argmin(against))] = False


def _solve(design: Table, labels: Table, weight: Table | None, l2: float) -> tuple[Table, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-10, max_iter=1000)
    model.fit(design, labels > 0.5, sample_weight=weight)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])
