"""Fit what tells a second question that leans on the first from a new one (rag/fitted/followup.json); dev rows only."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from eval.fit.logistic import fit
from eval.gold.dataset import load_gold
from eval.harness.library import rows
from index import Index
from rag.fitted.logistic import Logistic, Table
from rag.question.followup import borrowed
from rag.question.kind import understand
from rag.retrieve.retriever import Retriever
from rag.retrieve.turns import FEATURES, measure

FOLDS, SEED, THRESHOLD = 10, 0, 0.7


def fitted(index: Index) -> dict[str, Any]:
    """Fit and report: rag/fitted/followup.json."""
    asked = [one for one in _asked() if borrowed(one[0])[0] or not understand(one[0]).corpus]
    labels = np.array([leans for _, leans in asked], dtype=float)
    retriever = Retriever(index)
    table = np.stack([measure(question, retriever) for question, _ in asked])
    fold = np.random.default_rng(SEED).permutation(len(labels)) % FOLDS
    held_out = np.zeros(len(labels))
    for number in range(FOLDS):
        held_out[fold == number] = _fit(table[fold != number], labels[fold != number]).predict(table[fold == number])
    alone, leaning = held_out[labels == 0], held_out[labels == 1]
    report = f"{(alone >= THRESHOLD).sum()} of {len(alone)} questions that stand alone read as follow-ups, "
    report += f"{(leaning < THRESHOLD).sum()} of {len(leaning)} follow-ups read alone (cross-validated)"
    print(report)
    return {"followup.json": {"provenance": report, "threshold": THRESHOLD, "model": _fit(table, labels).to_json()}}


def _asked() -> list[tuple[str, bool]]:
    found = [(row["first"], False) for row in rows("turns", "dev")]
    found += [(row["second"], row["followup"]) for row in rows("turns", "dev")]
    found += [(row["question"], False) for name in ("comparisons", "questions") for row in rows(name, "dev")]
    folder = Path(str(resources.files("eval.gold")))
    for gold in (load_gold(split="dev"), load_gold(folder / "newcomer.jsonl"), load_gold(folder / "calibration.jsonl")):
        found += [(example.question, bool(example.history)) for example in gold.examples]
    return found


def _fit(table: Table, labels: Table) -> Logistic:
    share = labels.mean()
    return fit(table, labels, FEATURES, weight=np.where(labels == 1, 0.5 / share, 0.5 / (1 - share)))
