"""Fit which papers qualify for a list (rag/fitted/lists.json): development rows only, cross-validated by question.

``python -m eval.fit lists`` reads the list questions of the bundled gold set and of eval/gold/library, over the demo
corpus, and gives the model with the threshold at which PRECISION of the papers of a list are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
LEAST = 0.1  # a paper less likely than that is on no list
L2 = 1.0
SIGNS = {name: 1 for name in FEATURES}


def fitted(index: Index) -> dict[str, Any]:
    """The file that rag ships, by its name; ``index`` holds the demo corpus."""
    asked = [one for row in _asked() if (one := _look(index, *row)) is not None]
    held_out = [_fit([other for other in asked if other is not one]).predict(one[0]) for one in asked]
    scored = [(chances, labels) for chances, (_, labels) in zip(held_out, asked, strict=True)]
    bars = sorted(float(chance) for chance in np.concatenate(held_out) if chance >= LEAST)
    threshold = next(bar for bar in bars if _precision(scored, bar) >= PRECISION)
    recall = np.mean([labels[chances >= threshold].sum() / max(1.0, labels.sum()) for chances, labels in scored])
    report = f"{len(asked)} questions: precision {_precision(scored, threshold):.2f}, recall {recall:.2f} "
    report += "(means over questions, cross-validated by question)"
    hashes = sha256s("alignment.jsonl", "library/questions.jsonl", "library/second.jsonl")
    provenance = {"fitted_by": "eval/fit/lists.py", "found": report, "sha256": hashes}
    content = {
        "provenance": provenance,
        "precision": PRECISION,
        "threshold": round(threshold, 5),
        "model": _fit(asked).to_json(),
    }
    return {"lists.json": content}


def _precision(scored: Sequence[tuple[Table, Table]], bar: float) -> float:
    """The mean over questions of the share of listed papers that are right; an empty list has none."""
    listed = [labels[chances >= bar] for chances, labels in scored]
    return float(np.mean([found.mean() if found.size else 0.0 for found in listed]))


def _asked() -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Questions, the titles that belong on their lists, and those that may."""
    for example in load_gold(split="dev").examples:
        if example.kind == "list":
            yield example.question, frozenset(map(title_key, example.relevant_titles)), frozenset()
    for row in (*rows("questions", "dev"), *rows("second", "dev")):
        if row["asks"] in ("list_topic", "list"):
            maybe = frozenset(map(title_key, row.get("maybe_titles", ())))
            yield row["question"], frozenset(map(title_key, row["relevant_titles"])), maybe


def _look(index: Index, question: str, titles: frozenset[str], maybe: frozenset[str]) -> tuple[Table, Table] | None:
    """The features of every paper and whether it is relevant; None where a name decides."""
    asked, retriever = read_library(question), Retriever(index)
    topic = read_topic(asked, retriever.corrected(asked.rest), frozenset()) if asked else None
    if topic is None or not topic.alternatives or topic.names:
        return None
    views = list(retriever.views.of([paper.paper_id for paper in index.papers()]).values())
    measured = measure(index, views, topic, weigh(index, topic))
    measured = [one for one in measured if title_key(one.view.paper.title) not in maybe]
    labels = np.array([title_key(one.view.paper.title) in titles for one in measured], dtype=np.float64)
    return np.stack([one.values for one in measured]), labels


def _fit(asked: list[tuple[Table, Table]]) -> Logistic:
    return fit(np.vstack([t for t, _ in asked]), np.concatenate([y for _, y in asked]), FEATURES, l2=L2, signs=SIGNS)
