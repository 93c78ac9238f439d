"""Fit what answering without a language model decides by, and report it cross-validated.

It asks every question of ``eval.fit.corpora``, which reads ../shared/reading, and every answerable one again with its
papers left out: an hour, the first time; runs/readings.json remembers what the reader said. In rag/fitted:
the weights of sentences (sentences.json) and the two gates (refusals.json).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit.corpora import Posed, corpora
from eval.fit.gates import LIMITS, fit_gates
from eval.fit.logistic import fit
from eval.fit.remembered import remembering
from eval.fit.row import Row, by_corpus
from eval.gold.dataset import title_key
from index import Index
from rag.fitted.logistic import Logistic
from rag.question.kind import understand
from rag.read.reader import Reader
from rag.read.readings import FEATURES, PAPERS, Readings, best_read, measure
from rag.retrieve.retriever import Retriever

READING = Path("../shared/reading")
RIDGE = 3.0
READINGS = Path("runs/readings.json")
Table = NDArray[np.float64]


def fitted(index: Index) -> dict[str, Any]:
    """Read, fit and report: both files."""
    with remembering(READINGS) as reader:
        rows = list(read_all(corpora(index, READING), reader))
    sentences, held_out = fit_sentences(rows)
    return {
        "sentences.json": {"provenance": provenance(rows), "model": sentences.to_json()},
        "refusals.json": {"provenance": provenance(rows) | LIMITS, "gates": fit_gates(held_out)},
    }


def read_all(asked: Iterable[tuple[str, Index, tuple[Posed, ...]]], reader: Reader) -> Iterator[Row]:
    """Every question, looked up and read; an answerable one also with the papers that answer it left out."""
    for name, index, posed in asked:
        retriever, papers = Retriever(index), index.papers()
        for one in posed:
            question = understand(one.question)
            if question.corpus or question.attributes:
                continue
            yield _row(name, one, retriever, reader)
            if one.kind == "answerable":
                gone = {title_key(title) for title in one.titles}
                rest = frozenset(paper.paper_id for paper in papers if title_key(paper.title) not in gone)
                yield _row(name, replace(one, kind="absent"), retriever, reader, rest)


def _row(name: str, posed: Posed, retriever: Retriever, reader: Reader, within: frozenset[str] | None = None) -> Row:
    found = retriever.look(posed.question, limit=10, within=within)
    candidates, table, answers = measure(understand(posed.question), found, PAPERS, reader)
    labels = None
    if posed.kind == "answerable" and (posed.key_facts or posed.sentences):
        views = [found.views[candidate.paper_id] for candidate in candidates]
        pairs = zip(candidates, views, strict=True)
        labels = np.array([posed.answers(v.paper.title, v.sentence(c.number)) for c, v in pairs], dtype=np.float64)
    empty = Readings(candidates, np.zeros(len(candidates)), answers, best_read(table))
    return Row(name, posed, posed.kind, found, empty, table, labels)


def fit_sentences(rows: Sequence[Row]) -> tuple[Logistic, list[Row]]:
    """The model on all labelled sentences, and the rows with the scores of a model that never saw their corpus.

    Each corpus counts alike, and in it each question.
    """
    fold = by_corpus(rows)

    def train(some: Sequence[Row]) -> Logistic:
        labelled = [row for row in some if row.labels is not None]
        labels = np.concatenate([row.labels for row in labelled if row.labels is not None])
        corpora = Counter(row.corpus for row in labelled)
        alike = [np.full(len(row.table), 1 / corpora[row.corpus] / len(row.table)) for row in labelled]
        weight = np.concatenate(alike) * len(labels) / len(corpora)
        return fit(np.vstack([row.table for row in labelled]), labels, FEATURES, weight=weight, l2=RIDGE)

    numbers = set(fold.tolist())
    models = {number: train([row for row, f in zip(rows, fold, strict=True) if f != number]) for number in numbers}
    scored = [
        replace(row, readings=replace(row.readings, scores=models[number].predict(row.table)))
        for row, number in zip(rows, fold, strict=True)
    ]
    for corpus in dict.fromkeys(row.corpus for row in rows):
        some = [row for row in scored if row.corpus == corpus and row.labels is not None]
        if some:
            first = np.mean([row.labels[row.readings.ranking()[0]] for row in some if row.labels is not None])
            three = np.mean([row.labels[row.readings.ranking()[:3]].any() for row in some if row.labels is not None])
            print(f"{corpus}: {len(some)} answerable, the first sentence answers {first:.3f}, one of three {three:.3f}")
    return train(rows), scored


def provenance(rows: Sequence[Row]) -> dict[str, Any]:
    """Where the figures come from."""
    asked = "\n".join(f"{row.corpus}\t{row.kind}\t{row.posed.question}" for row in rows)
    return {
        "fitted_by": "make fit",
        "questions": {name: sum(row.corpus == name for row in rows) for name in dict.fromkeys(r.corpus for r in rows)},
        "asked_sha256": hashlib.sha256(asked.encode()).hexdigest(),
        "ridge": RIDGE,
    }
