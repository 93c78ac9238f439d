"""Fit what the extractive path decides by, on development questions only, and report it cross-validated.

In rag/fitted: the sentence selection (selection.json), the refusal gates (thresholds.json), their background.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit.logistic import fit
from eval.fit.shipped import place, sha256s
from eval.gold.dataset import load_gold, resolve
from eval.schema import QAExample
from index import Index
from rag.fitted.logistic import Logistic
from rag.question.followup import Turn
from rag.question.kind import Question, understand
from rag.refuse.background import pack
from rag.refuse.signals import SIGNALS, signals
from rag.retrieve.retriever import Retrieval, Retriever
from rag.retrieve.sentence_features import FEATURES, Candidate, measure
from rag.retrieve.turns import read

FOLDS, PAPERS, SEED = 10, 5, 0
RIDGE = {"selection": 1.0, "gates": 10.0}
# The share of answerable questions that each gate may refuse, cross-validated.
BUDGET = {"far": 0.022, "absent": 0.004, "unstated": 0.010, "premise": 0.007}
Table = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    """A question looked up ."""

    example: QAExample
    question: Question
    found: Retrieval
    candidates: tuple[Candidate, ...]
    table: Table
    labels: Flags | None
    model: str
    gold: bool


def fitted(index: Index) -> dict[str, Any]:
    """Fit and report: the three files."""
    texts = place("background.txt").read_text(encoding="utf-8").splitlines()
    rows = list(_look(index))
    folds = _folds(rows)
    selection, scores = _fit_selection(rows, folds)
    gates, refused = _fit_gates(rows, folds, scores)
    _report(rows, scores, refused)
    return {
        "background.json": {"provenance": {"fitted_by": "make fit"}, **pack([text for text in texts if text])},
        "selection.json": {"provenance": _provenance(rows), "model": selection.to_json()},
        "thresholds.json": {"provenance": _provenance(rows), "gates": gates},
    }


def _look(index: Index) -> Iterator[Row]:
    calibration = Path(str(resources.files("eval.gold").joinpath("calibration.jsonl")))
    retriever = Retriever(index)
    for gold, source in ((True, load_gold(split="dev")), (False, load_gold(calibration))):
        for example in resolve(source, index.papers()).examples:
            row = _row(index, retriever, example, gold)
            if not (row.question.corpus or example.kind == "list" or "authors" in row.question.attributes):
                yield row


def _row(index: Index, retriever: Retriever, example: QAExample, gold: bool) -> Row:
    standalone = read(example.question, [Turn(earlier) for earlier in example.history], retriever).text
    question, found = understand(example.question), retriever.look(standalone, limit=10)
    candidates, table = measure(question, found, PAPERS)
    labels = None
    if example.answerable and example.key_facts and not question.attributes:
        sentences = [found.views[c.paper_id].sentence(c.number) for c in candidates]
        labels = np.array(
            [
                [c.paper_id in example.relevant_ids and bool(re.search(fact, s, re.I)) for fact in example.key_facts]
                for c, s in zip(candidates, sentences, strict=True)
            ]
        )
    return Row(example, question, found, candidates, table, labels, index.embedder.name, gold)


def _folds(rows: Sequence[Row]) -> Mapping[str, int]:
    """The fold of each question."""
    names = sorted({row.example.query_id for row in rows})
    order = np.random.default_rng(SEED).permutation(len(names))
    return {names[place]: number % FOLDS for number, place in enumerate(order)}


def _fit_selection(rows: Sequence[Row], folds: Mapping[str, int]) -> tuple[Logistic, list[Table]]:
    """The model on all questions, and for each question the scores of a model that never saw it."""
    labelled = [row for row in rows if row.labels is not None]

    def train(some: Sequence[Row]) -> Logistic:
        flags = np.concatenate([row.labels.any(axis=1) for row in some if row.labels is not None]).astype(float)
        return fit(np.vstack([row.table for row in some]), flags, FEATURES, l2=RIDGE["selection"])

    models = [train([row for row in labelled if folds[row.example.query_id] != fold]) for fold in range(FOLDS)]
    return train(labelled), [models[folds[row.example.query_id]].predict(row.table) for row in rows]


def _fit_gates(
    rows: Sequence[Row], folds: Mapping[str, int], scores: Sequence[Table]
) -> tuple[dict[str, Any], dict[str, Flags]]:
    pairs = zip(rows, scores, strict=True)
    table = np.stack([signals(row.question, row.found, row.candidates, s, row.model) for row, s in pairs])
    kinds = np.array([_kind(row.example) for row in rows])
    metadata = np.array([bool(row.question.attributes) for row in rows])
    fold = np.array([folds[row.example.query_id] for row in rows])
    gates, refused = {}, {}
    for name, budget in BUDGET.items():
        use = np.isin(kinds, ["answerable", name]) & ((name == "far") | ~metadata)
        held_out = np.zeros(len(rows))
        for number in range(FOLDS):
            held_out[fold == number] = _gate(table, kinds == name, use & (fold != number)).predict(
                table[fold == number]
            )
        allowed = np.sort(held_out[use & (kinds == "answerable")])[::-1]
        threshold = float(allowed[int(len(allowed) * budget)]) + 1e-6
        gates[name] = {"threshold": round(threshold, 6), "model": _gate(table, kinds == name, use).to_json()}
        refused[name] = (held_out > threshold) & ((name == "far") | ~metadata)
    return gates, refused


def _gate(table: Table, positive: Flags, use: Flags) -> Logistic:
    labels = positive[use].astype(float)
    share = labels.mean()
    weight = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share))
    return fit(table[use], labels, SIGNALS, weight=weight, l2=RIDGE["gates"])


def _kind(example: QAExample) -> str:
    if example.answerable:
        return "answerable"
    near = {"not_stated": "unstated", "false_premise": "premise"}.get(example.outcome, "absent")
    return "far" if example.scope == "far" else near


def _report(rows: Sequence[Row], scores: Sequence[Table], refused: Mapping[str, Flags]) -> None:
    kinds = np.array([_kind(row.example) for row in rows])
    any_gate = np.any(list(refused.values()), axis=0)
    for gold in (True, False):
        here = np.array([row.gold == gold for row in rows])
        print(f"{'gold dev' if gold else 'calibration'} questions, refused (cross-validated):")
        for kind in ("answerable", "far", "unstated", "premise", "absent"):
            among = here & (kinds == kind)
            print(f"  {kind:11} {any_gate[among].mean():6.1%} of {among.sum()}")
    pairs = zip(rows, scores, strict=True)
    facts = [row.labels[np.argsort(-s)[:5]].any(axis=0) for row, s in pairs if row.labels is not None]
    print(f"key facts in the five likeliest sentences: {np.concatenate(facts).mean():.1%}")


def _provenance(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "fitted_by": "make fit",
        "questions": len({row.example.query_id for row in rows}),
        "split": "dev",
        "sha256": sha256s("alignment.jsonl", "calibration.jsonl"),
        "folds": FOLDS,
        "ridge": RIDGE,
        "answerable_refused_at_most": BUDGET,
    }
