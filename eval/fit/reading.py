"""Fit what answering without a language model decides by, and report it cross-validated.

It asks every question of ``eval.fit.corpora``, which reads ../shared/reading: an hour on a quiet machine's one core. In
rag/fitted: the weights of sentences (sentences.json) and the two gates (refusals.json).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit.corpora import Posed, corpora
from eval.fit.logistic import fit
from eval.gold.dataset import title_key
from index import Index
from rag.fitted.logistic import Logistic
from rag.question.kind import understand
from rag.read.evidence import FEATURES, PAPERS, Evidence, measure
from rag.read.reader import Reader, shipped
from rag.refuse.abstain import SIGNALS, signals
from rag.retrieve.retriever import Retrieval, Retriever

READING = Path("../shared/reading")
FOLDS, SEED = 10, 0
RIDGE = 3.0
# The share of answerable questions that may be called closest, and that of flat refusals; cross-validated.
CLOSEST, FLAT = 0.15, 0.004
Table = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    """A question looked up and read in one corpus. kind: that of the question, "absent" where its papers are gone.

    labels: for each sentence, whether it answers; None where nothing tells.
    """

    corpus: str
    posed: Posed
    kind: str
    found: Retrieval
    evidence: Evidence
    table: Table
    labels: Table | None


def fitted(index: Index) -> dict[str, Any]:
    """Read, fit and report: both files."""
    return fit_both(list(read_all(corpora(index, READING), shipped())))


def fit_both(rows: Sequence[Row]) -> dict[str, Any]:
    """Both files from what was read."""
    sentences, held_out = fit_sentences(rows)
    gates = fit_gates(held_out)
    return {
        "sentences.json": {"provenance": provenance(rows), "model": sentences.to_json()},
        "refusals.json": {"provenance": provenance(rows), "gates": gates},
    }


def read_all(asked: Iterable[tuple[str, Index, tuple[Posed, ...]]], reader: Reader) -> Iterator[Row]:
    """Every question, looked up and read."""
    for name, index, posed in asked:
        retriever, there = Retriever(index), {title_key(paper.title) for paper in index.papers()}
        for one in posed:
            question = understand(one.question)
            if not question.corpus and not question.attributes:
                here = any(title_key(title) in there for title in one.titles)
                gone = one.titles and not here
                if one.kind != "near" or not gone:
                    yield _row(name, replace(one, kind="absent") if gone else one, retriever, reader)


def _row(name: str, posed: Posed, retriever: Retriever, reader: Reader) -> Row:
    found = retriever.look(posed.question, limit=10)
    candidates, table, answers = measure(understand(posed.question), found, PAPERS, reader)
    labels = None
    if posed.kind == "answerable" and (posed.key_facts or posed.sentences):
        views = [found.views[candidate.paper_id] for candidate in candidates]
        pairs = zip(candidates, views, strict=True)
        labels = np.array([posed.answers(v.paper.title, v.sentence(c.number)) for c, v in pairs], dtype=np.float64)
    empty = Evidence(candidates, np.zeros(len(candidates)), answers)
    return Row(name, posed, posed.kind, found, empty, table, labels)


def folds(rows: Sequence[Row]) -> NDArray[np.int64]:
    """The fold of each row; the same question in two corpora is in one fold."""
    names = sorted({row.posed.question for row in rows})
    order = np.random.default_rng(SEED).permutation(len(names)) % FOLDS
    fold = dict(zip(names, order, strict=True))
    return np.array([fold[row.posed.question] for row in rows])


def fit_sentences(rows: Sequence[Row]) -> tuple[Logistic, list[Row]]:
    """The model on all labelled sentences, and the rows with the scores of a model that never saw their question."""
    fold = folds(rows)

    def train(some: Sequence[Row]) -> Logistic:
        labelled = [row for row in some if row.labels is not None]
        labels = np.concatenate([row.labels for row in labelled if row.labels is not None])
        return fit(np.vstack([row.table for row in labelled]), labels, FEATURES, l2=RIDGE)

    models = [train([row for row, f in zip(rows, fold, strict=True) if f != number]) for number in range(FOLDS)]
    scored = [
        replace(row, evidence=replace(row.evidence, scores=models[number].predict(row.table)))
        for row, number in zip(rows, fold, strict=True)
    ]
    for corpus in dict.fromkeys(row.corpus for row in rows):
        some = [row for row in scored if row.corpus == corpus and row.labels is not None]
        if some:
            first = np.mean([row.labels[row.evidence.ranking()[0]] for row in some if row.labels is not None])
            three = np.mean([row.labels[row.evidence.ranking()[:3]].any() for row in some if row.labels is not None])
            print(f"{corpus}: {len(some)} answerable, the first sentence answers {first:.3f}, one of three {three:.3f}")
    return train(rows), scored


def fit_gates(rows: Sequence[Row]) -> dict[str, Any]:
    """Both gates with their thresholds, and what they refuse, cross-validated."""
    table = np.stack([signals(row.found, row.evidence) for row in rows])
    kinds = np.array([row.kind for row in rows])
    fold = folds(rows)
    balance = _balance(rows)
    chances, gates = {}, {}
    for name, positive, negative in (
        ("answered", ("answerable",), ("near", "absent", "far")),
        ("far", ("far",), ("answerable", "near", "absent")),
    ):
        use, labels = np.isin(kinds, positive + negative), np.isin(kinds, positive).astype(np.float64)
        train = _trainer(table, labels, balance, use)
        held_out = np.zeros(len(rows))
        for number in range(FOLDS):
            held_out[fold == number] = train(fold != number).predict(table[fold == number])
        answerable = np.sort(held_out[kinds == "answerable"])
        place = int(len(answerable) * CLOSEST) if name == "answered" else int(len(answerable) * (1 - FLAT))
        threshold = round(float(answerable[place]), 6)
        gates[name] = {"threshold": threshold, "model": train(np.ones(len(rows), dtype=bool)).to_json()}
        chances[name] = held_out - threshold
    report(rows, chances["answered"] < 0, chances["far"] > 0)
    return gates


def _trainer(table: Table, labels: Table, weight: Table, use: Flags) -> Callable[[Flags], Logistic]:
    def train(some: Flags) -> Logistic:
        chosen = use & some
        return fit(table[chosen], labels[chosen], SIGNALS, weight=weight[chosen], l2=RIDGE)

    return train


def _balance(rows: Sequence[Row]) -> Table:
    """Weights by which answerable and other questions count alike in each group of corpora."""
    cells = [(row.corpus, row.kind == "answerable") for row in rows]
    return np.array([len(rows) / cells.count(cell) / len(set(cells)) for cell in cells])


def report(rows: Sequence[Row], closest: Flags, far: Flags) -> None:
    """What is refused of each kind in each corpus."""
    kinds = np.array([row.kind for row in rows])
    names = np.array([row.corpus for row in rows])
    for corpus in dict.fromkeys(row.corpus for row in rows):
        for kind in ("answerable", "near", "premise", "absent", "far"):
            among = (names == corpus) & (kinds == kind)
            if among.any():
                flatly = (closest & far)[among].mean()
                print(f"{corpus}: {kind}: refused {closest[among].mean():.3f}, flatly {flatly:.3f} of {among.sum()}")


def provenance(rows: Sequence[Row]) -> dict[str, Any]:
    """Where the figures come from."""
    asked = "\n".join(f"{row.corpus}\t{row.kind}\t{row.posed.question}" for row in rows)
    return {
        "fitted_by": "make fit",
        "questions": {name: sum(row.corpus == name for row in rows) for name in dict.fromkeys(r.corpus for r in rows)},
        "asked_sha256": hashlib.sha256(asked.encode()).hexdigest(),
        "folds": FOLDS,
        "ridge": RIDGE,
        "answerable_called_closest": CLOSEST,
        "answerable_refused_flatly": FLAT,
    }
