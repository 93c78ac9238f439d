"""Fit the two gates of rag/refuse: does the evidence answer, and is the question about something else altogether?

Each corpus counts alike in the fit; in each, answerable questions count half. The thresholds are where cross-validated
figures reach LIMITS: the share of answerable questions that are refused needlessly, on average over the corpora and in
the worst. Refused is what is called closest where the sentences shown do not hold the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit.logistic import fit
from eval.fit.row import Row, Table
from eval.gold.dataset import title_key
from rag.compose.extractive import nearest_rows
from rag.fitted.logistic import Logistic
from rag.refuse.abstain import LOOKS_AT, SIGNALS, signals

Flags = NDArray[np.bool_]
RIDGE = 3.0
LIMITS = {"refused_needlessly": 0.035, "in_the_worst_corpus": 0.05, "answerable_refused_flatly": 0.004}
SHARES = {"near": 0.45, "absent": 0.45, "far": 0.1}  # of what is not answerable, in the fit


def fit_gates(rows: Sequence[Row], fold: NDArray[np.int64]) -> dict[str, Any]:
    """Both gates with their thresholds, cross-validated; the rows have held-out scores of their sentences."""
    table = np.stack([signals(row.found, row.readings) for row in rows])
    kinds = np.array([row.kind for row in rows])
    balance = _balance(rows)
    missed = np.array([row.kind == "answerable" and not near_enough(row) for row in rows])
    chances, gates = {}, {}
    for name, positive, negative in (
        ("answered", ("answerable",), ("near", "absent", "far")),
        ("far", ("far",), ("answerable", "near", "absent")),
    ):
        use, labels = np.isin(kinds, positive + negative), np.isin(kinds, positive).astype(np.float64)
        columns = [SIGNALS.index(signal) for signal in LOOKS_AT[name]]
        train = _trainer(table[:, columns], labels, balance, use, name)
        held_out = np.zeros(len(rows))
        for number in range(int(fold.max()) + 1):
            held_out[fold == number] = train(fold != number).predict(table[fold == number][:, columns])
        if name == "answered":
            threshold = _bar(rows, held_out, missed)
        else:
            answerable = np.sort(held_out[kinds == "answerable"])
            threshold = float(answerable[int(len(answerable) * (1 - LIMITS["answerable_refused_flatly"]))])
        gates[name] = {"threshold": round(threshold, 6), "model": train(np.ones(len(rows), dtype=bool)).to_json()}
        chances[name] = held_out - threshold
    far = chances["far"] > 0
    report(rows, (chances["answered"] < 0) | far, far, missed)
    return gates


def _trainer(table: Table, labels: Table, weight: Table, use: Flags, gate: str) -> Callable[[Flags], Logistic]:
    names = LOOKS_AT[gate]
    signs = dict.fromkeys(names, 1) if gate == "answered" else None  # no likeness ever speaks for a no

    def train(some: Flags) -> Logistic:
        chosen = use & some
        return fit(table[chosen], labels[chosen], names, weight=weight[chosen], l2=RIDGE, signs=signs)

    return train


def _balance(rows: Sequence[Row]) -> Table:
    """Weights by which the corpora count alike, answerable questions half, the other kinds by SHARES."""
    cells = [(row.corpus, row.kind) for row in rows]
    found = []
    for corpus, kind in cells:
        others = sum(share for other, share in SHARES.items() if (corpus, other) in cells)
        share = 1.0 if kind == "answerable" else SHARES.get(kind, 0.0) / others
        found.append(share * len(rows) / cells.count((corpus, kind)))
    return np.array(found) / len({corpus for corpus, _ in cells}) / 2


def _bar(rows: Sequence[Row], chances: Table, missed: Flags) -> float:
    """The highest threshold that keeps to LIMITS; ``missed``: what is refused needlessly where it is refused."""
    answerable = np.array([row.kind == "answerable" for row in rows])
    corpora = np.array([row.corpus for row in rows])
    best = 0.0
    for bar in np.sort(chances[answerable]):
        refused = (chances < bar) & missed
        shares = [refused[answerable & (corpora == name)].mean() for name in dict.fromkeys(corpora)]
        if np.mean(shares) > LIMITS["refused_needlessly"] or max(shares) > LIMITS["in_the_worst_corpus"]:
            break
        best = float(bar)
    return best


def near_enough(row: Row) -> bool:
    """Whether the sentences that "closest" shows hold the answer or, where nothing tells, are of its paper."""
    shown = nearest_rows(row.found, row.readings)
    if row.labels is not None:
        return bool(row.labels[shown].any())
    wanted = {title_key(title) for title in row.posed.titles}
    papers = [row.found.views[row.readings.candidates[one].paper_id].paper for one in shown]
    return any(title_key(paper.title) in wanted for paper in papers)


def report(rows: Sequence[Row], closest: Flags, far: Flags, missed: Flags) -> None:
    """What is refused of each kind in each corpus."""
    kinds, names = np.array([row.kind for row in rows]), np.array([row.corpus for row in rows])
    for corpus in dict.fromkeys(row.corpus for row in rows):
        for kind in ("answerable", "near", "premise", "absent", "far"):
            among = (names == corpus) & (kinds == kind)
            if among.any():
                told = f", needlessly {(closest & missed)[among].mean():.3f}" if kind == "answerable" else ""
                flatly = (closest & far)[among].mean()
                print(
                    f"{corpus}: {kind}: refused {closest[among].mean():.3f}{told}, flatly {flatly:.3f} of {among.sum()}"
                )
