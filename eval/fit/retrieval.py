"""Find the weights of the retriever's parts (rag/fitted/retrieval.json) on development questions, cross-validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit.shipped import sha256s
from eval.gold.dataset import load_gold, resolve
from index import Index
from rag.question.followup import Turn
from rag.retrieve.retriever import PARTS, Retriever, known_share, scaled
from rag.retrieve.turns import read

BAGS, DRAWS, FOLDS, SEED = 6, 450, 5, 0
SHRINK = 0.5  # the share of the start in what is found: cross-validated, searching alone gains nothing over it
# Where the search starts, in the order of PARTS: the weights of the first release, found by hand.
START = (0.10, 0.05, 0.20, 0.20, 0.22, 0.05, 0.09, 0.12, 0.15)
WIDTHS = (0.5, 0.25, 0.12)  # the spread of the factors by which weights are drawn, from coarse to fine
SHARES = {"gold": 1.0, "newcomer": 0.3}  # what a source's mean counts in the objective
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Query:
    """A question looked up: a row of scaled parts for each candidate, and which of them are relevant."""

    query_id: str
    source: str
    table: Table
    relevant: NDArray[np.bool_]

    def value(self, weights: Table) -> float:
        """The mean of the reciprocal rank of the first relevant paper and of its being in the top five."""
        rank = self.rank(weights)
        return (1 / rank + (rank <= 5)) / 2 if rank else 0.0

    def rank(self, weights: Table) -> int:
        """The rank of the first relevant paper; 0 where none is among the candidates."""
        total = self.table @ weights
        return 1 + int((total > total[self.relevant].max()).sum()) if self.relevant.any() else 0


def fitted(index: Index) -> dict[str, Any]:
    """Search and report: rag/fitted/retrieval.json."""
    queries = list(_gold(index))
    start = np.array(START) / sum(START)
    names = sorted({query.query_id for query in queries})
    numbers = np.random.default_rng(SEED).permutation(len(names)) % FOLDS
    fold = dict(zip(names, (int(number) for number in numbers), strict=True))
    held_out = [bagged([q for q in queries if fold[q.query_id] != number], start) for number in range(FOLDS)]
    best = bagged(queries, start)
    _report("the weights at the start", queries, [start] * FOLDS, fold)
    _report("found without the fold they are tried on", queries, held_out, fold)
    _report("found on everything", queries, [best] * FOLDS, fold)
    weights = {name: round(float(weight), 3) for name, weight in zip(PARTS, best, strict=True)}
    return {"retrieval.json": {"provenance": _provenance(queries), "weights": weights}}


def bagged(queries: Sequence[Query], start: Table) -> Table:
    """The mean of the weights found on samples of the questions, and half the start: one search fits accidents."""
    by_name: dict[str, list[Query]] = {}
    for query in queries:
        by_name.setdefault(query.query_id, []).append(query)
    names = sorted(by_name)
    samples = [np.random.default_rng(seed).choice(names, len(names)) for seed in range(BAGS)]
    found = [search([query for name in sample for query in by_name[name]], start) for sample in samples]
    return np.asarray((1 - SHRINK) * np.mean(found, axis=0) + SHRINK * start)


def search(queries: Sequence[Query], start: Table) -> Table:
    """The weights of the highest objective among random draws, each round around the best so far; they sum to 1."""
    random = np.random.default_rng(SEED)
    best = start / start.sum()
    highest = objective(queries, best)
    for width in WIDTHS:
        for _ in range(DRAWS // len(WIDTHS)):
            drawn = np.maximum(best, 0.01) * np.exp(random.normal(0, width, len(best)))
            drawn /= drawn.sum()
            reached = objective(queries, drawn)
            if reached > highest:
                best, highest = drawn, reached
    return np.asarray(best)


def objective(queries: Sequence[Query], weights: Table) -> float:
    """The means of the sources, weighted by SHARES."""
    values: dict[str, list[float]] = {}
    for query in queries:
        values.setdefault(query.source, []).append(query.value(weights))
    return sum(SHARES[source] * float(np.mean(found)) for source, found in values.items())


def _gold(index: Index) -> Iterator[Query]:
    newcomer = Path(str(resources.files("eval.gold").joinpath("newcomer.jsonl")))
    retriever = Retriever(index)
    for source, gold in (("gold", load_gold(split="dev")), ("newcomer", load_gold(newcomer))):
        for example in resolve(gold, index.papers()).examples:
            if example.answerable and example.kind != "list":
                question = read(example.question, [Turn(earlier) for earlier in example.history], retriever).text
                yield _look(retriever, example.query_id, question, example.relevant_ids, source)


def _look(retriever: Retriever, query_id: str, question: str, relevant: Sequence[str], source: str) -> Query:
    found = retriever.look(question, limit=1000)
    parts = {part: np.array([dict(hit.parts)[part] for hit in found.hits], dtype=np.float64) for part in PARTS}
    shares = scaled(parts, known_share(found.terms))
    table = np.stack([shares[part] for part in PARTS], axis=1)
    return Query(query_id, source, table, np.array([hit.paper.paper_id in relevant for hit in found.hits]))


def _report(title: str, queries: Sequence[Query], weights: Sequence[Table], fold: Mapping[str, int]) -> None:
    print(f"{title}:")
    for source in SHARES:
        ranks = [query.rank(weights[fold[query.query_id]]) for query in queries if query.source == source]
        first, five = (np.mean([0 < rank <= cutoff for rank in ranks]) for cutoff in (1, 5))
        print(f"  {source}: first {first:.3f}, in the top five {five:.3f} of {len(ranks)}")


def _provenance(queries: Sequence[Query]) -> dict[str, Any]:
    return {
        "fitted_by": "make fit",
        "questions": {source: sum(query.source == source for query in queries) for source in SHARES},
        "split": "dev",
        "sha256": sha256s("alignment.jsonl", "newcomer.jsonl"),
        "shares": SHARES,
        "bags": BAGS,
        "draws": DRAWS,
        "shrink": SHRINK,
        "seed": SEED,
    }
