"""Fit which papers qualify for a list (rag/fitted/lists.json): development rows only, cross-validated by question.

``python -m eval.fit lists`` reads the list questions of the bundled gold set and of eval/gold/library, over the demo
corpus, and gives the model with the threshold at which PRECISION of the listed papers are right.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from eval.fit.logistic import fit
from eval.fit.shipped import sha256s
from eval.gold.dataset import load_gold, title_key
from eval.harness.library import rows
from index import Index
from rag.compose.qualify import FEATURES, measure, weigh
from rag.fitted.logistic import Logistic, Table
from rag.question.library import read_library
from rag.question.topic import read_topic
from rag.retrieve.retriever import Retriever

PRECISION = 0.7
L2 = 1.0
SIGNS = {name: 1 for name in FEATURES}


def fitted(index: Index) -> dict[str, Any]:
    """The file that rag ships, by its name; ``index`` holds the demo corpus."""
    asked = [one for question, titles in _asked() if (one := _look(index, question, titles)) is not None]
    held_out = [_fit([other for other in asked if other is not one]).predict(one[0]) for one in asked]
    chances, labels = np.concatenate(held_out), np.concatenate([one[1] for one in asked])
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    last = int(np.flatnonzero(right >= PRECISION).max())
    recall = labels[order][: last + 1].sum() / labels.sum()
    report = f"{len(asked)} questions: precision {right[last]:.2f}, recall {recall:.2f} (cross-validated by question)"
    provenance = {"fitted_by": "eval/fit/lists.py", "found": report}
    provenance |= {"sha256": sha256s("alignment.jsonl", "library/questions.jsonl")}  # type: ignore[dict-item]
    threshold = round(float(chances[order][last]), 5)
    content = {"provenance": provenance, "precision": PRECISION, "threshold": threshold, "model": _fit(asked).to_json()}
    return {"lists.json": content}


def _asked() -> list[tuple[str, frozenset[str]]]:
    gold = [(e.question, e.relevant_titles) for e in load_gold(split="dev").examples if e.kind == "list"]
    library = [(r["question"], r["relevant_titles"]) for r in rows("questions", "dev") if r["asks"] == "list_topic"]
    return [(question, frozenset(map(title_key, titles))) for question, titles in (*gold, *library)]


def _look(index: Index, question: str, titles: frozenset[str]) -> tuple[Table, Table] | None:
    """The features of every paper and whether it is relevant; None where a name decides."""
    asked, retriever = read_library(question), Retriever(index)
    topic = read_topic(asked, retriever.corrected(asked.rest), frozenset()) if asked else None
    if topic is None or not topic.alternatives or topic.names:
        return None
    views = list(retriever.views.of([paper.paper_id for paper in index.papers()]).values())
    measured = measure(index, views, topic, weigh(index, topic))
    labels = np.array([title_key(one.view.paper.title) in titles for one in measured], dtype=np.float64)
    return np.stack([one.values for one in measured]), labels


def _fit(asked: list[tuple[Table, Table]]) -> Logistic:
    return fit(np.vstack([t for t, _ in asked]), np.concatenate([y for _, y in asked]), FEATURES, l2=L2, signs=SIGNS)
