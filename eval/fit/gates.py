"""Fit the gates of rag/refuse: is the paper asked about here, does it state what is asked, or is it about other things?

Each corpus counts alike in the fit, and in each the kinds count by SHARES. The thresholds are where cross-validated
figures reach LIMITS: the share of answerable questions, on average over the corpora, that "here" sends to the closest
sentences, that both gates do together, and that "far" refuses flatly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit.logistic import fit
from eval.fit.row import Row, Table, by_corpus, by_question
from eval.gold.dataset import title_key
from rag.compose.extractive import nearest_rows
from rag.fitted.logistic import Logistic
from rag.refuse.abstain import LOOKS_AT, SIGNALS, signals

Flags = NDArray[np.bool_]
RIDGE = 3.0
LIMITS = {"here": 0.08, "stated": 0.185, "far": 0.004}
ASKED = ("answerable", "near", "premise")  # whose papers are here
# For each gate the kinds to which it says yes, and what each kind counts in its fit.
SHARES: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {
    "here": (ASKED, {"answerable": 0.3, "near": 0.15, "absent": 0.4, "far": 0.1}),
    "stated": (("answerable",), {"answerable": 0.5, "near": 0.5}),
    "far": (("far",), {"answerable": 0.5, "near": 0.2, "absent": 0.2, "far": 0.1}),
}


def fit_gates(rows: Sequence[Row]) -> dict[str, Any]:
    """The gates with their thresholds, cross-validated; the rows have held-out scores of their sentences."""
    table = np.stack([signals(row.found, row.readings) for row in rows])
    kinds = np.array([row.kind for row in rows])
    refused, gates = {"here": np.zeros(len(rows), dtype=bool)}, {}
    for name, (positive, shares) in SHARES.items():
        weight, labels = _balance(rows, shares), np.isin(kinds, positive).astype(np.float64)
        columns = table[:, [SIGNALS.index(signal) for signal in LOOKS_AT[name]]]
        train = _trainer(columns, labels, weight, name)
        chances = np.zeros(len(rows))
        fold = by_question(rows) if name == "far" else by_corpus(rows)  # far questions are asked of one corpus alone
        for number in set(fold.tolist()):
            chances[fold == number] = train(fold != number).predict(columns[fold == number])
        if name == "far":
            answerable = np.sort(chances[kinds == "answerable"])
            threshold = float(answerable[int(len(answerable) * (1 - LIMITS[name]))])
            refused[name] = chances > threshold
        else:
            before = refused["here"]
            threshold = _bar(rows, chances, before, LIMITS[name])
            refused[name] = before | (chances < threshold)
        gates[name] = {"threshold": round(threshold, 6), "model": train(np.ones(len(rows), dtype=bool)).to_json()}
    missed = np.array([row.kind == "answerable" and not near_enough(row) for row in rows])
    report(rows, refused["stated"] | refused["far"], refused["far"], missed)
    return gates


def _trainer(table: Table, labels: Table, weight: Table, gate: str) -> Callable[[Flags], Logistic]:
    names = LOOKS_AT[gate]
    signs = None if gate == "far" else dict.fromkeys(names, 1)  # no likeness ever speaks for a no

    def train(some: Flags) -> Logistic:
        chosen = (weight > 0) & some
        return fit(table[chosen], labels[chosen], names, weight=weight[chosen], l2=RIDGE, signs=signs)

    return train


def _balance(rows: Sequence[Row], shares: Mapping[str, float]) -> Table:
    """Weights by which the corpora count alike, and in each the kinds by their shares."""
    cells = [(row.corpus, row.kind) for row in rows]
    found = np.array([shares.get(kind, 0.0) * len(rows) / cells.count((corpus, kind)) for corpus, kind in cells])
    return np.asarray(found / len({corpus for corpus, _ in cells}))


def _bar(rows: Sequence[Row], chances: Table, before: Flags, limit: float) -> float:
    """The highest threshold at which no more answerable questions are sent to the closest sentences than the limit.

    ``before``: what is sent there anyway.
    """
    answerable = np.array([row.kind == "answerable" for row in rows])
    corpora = np.array([row.corpus for row in rows])
    best = 0.0
    for bar in np.sort(chances[answerable]):
        refused = (chances < bar) | before
        if np.mean([refused[answerable & (corpora == name)].mean() for name in dict.fromkeys(corpora)]) > limit:
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
