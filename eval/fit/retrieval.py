"""Find the weights of the retriever's parts (rag/fitted/retrieval.json): development questions only, cross-validated.

``python -m eval.fit.retrieval GOLD_INDEX… CRANFIELD_INDEX CRANFIELD_FOLDER`` reads indexes of the gold papers (the demo
cards and the saved pages are meant) and one of Cranfield, whose odd-numbered queries are used and no others.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.gold.dataset import load_gold, resolve
from index import open_index
from rag.question.followup import Turn
from rag.retrieve.retriever import PARTS, Retriever, known_share, scaled
from rag.retrieve.turns import read

BAGS, DRAWS, FOLDS, SEED, CUTOFF = 6, 450, 5, 0, 10
SHRINK = 0.5  # the share of the start in what is found: cross-validated, searching alone gains nothing over it
# Where the search starts, in the order of PARTS: the weights of the first release, found by hand.
START = (0.10, 0.05, 0.20, 0.20, 0.22, 0.05, 0.09, 0.12, 0.15)
WIDTHS = (0.5, 0.25, 0.12)  # the spread of the factors by which weights are drawn, from coarse to fine
SHARES = {"gold": 1.0, "newcomer": 0.3, "cranfield": 1.0}  # what a source's mean counts in the objective
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Query:
    """A question looked up in one index: a row of scaled parts and a gain for each candidate; the best DCG possible."""

    query_id: str
    source: str
    index: str
    table: Table
    gains: Table
    ideal: float

    def value(self, weights: Table) -> float:
        """nDCG@10 on Cranfield; elsewhere the mean of the reciprocal rank and of a relevant paper in the top five."""
        total = self.table @ weights
        if self.source == "cranfield":
            best = self.gains[np.argsort(-total, kind="stable")[:CUTOFF]]
            return _dcg(best) / self.ideal
        rank = self.rank(total)
        return (1 / rank + (rank <= 5)) / 2 if rank else 0.0

    def rank(self, total: Table) -> int:
        """The rank of the first relevant paper; 0 where none is among the candidates."""
        relevant = self.gains > 0
        return 1 + int((total > total[relevant].max()).sum()) if relevant.any() else 0


def main(words: Sequence[str]) -> None:
    """Look everything up, search, report, write."""
    if len(words) < 3:
        raise SystemExit("usage: python -m eval.fit.retrieval GOLD_INDEX… CRANFIELD_INDEX CRANFIELD_FOLDER")
    *indexes, cranfield, folder = map(Path, words)
    queries = [query for path in indexes for query in _gold(path)] + list(_cranfield(cranfield, folder))
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
    content = {"provenance": _provenance(queries, folder), "weights": weights}
    file = Path(str(resources.files("rag.fitted"))) / "retrieval.json"
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(weights))


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


def _gold(path: Path) -> Iterator[Query]:
    newcomer = Path(str(resources.files("eval.gold").joinpath("newcomer.jsonl")))
    with open_index(path) as index:
        retriever = Retriever(index)
        for source, gold in (("gold", load_gold(split="dev")), ("newcomer", load_gold(newcomer))):
            for example in resolve(gold, index.papers()).examples:
                if example.answerable and example.kind != "list":
                    question = read(example.question, [Turn(earlier) for earlier in example.history], retriever).text
                    gains = dict.fromkeys(example.relevant_ids, 1.0)
                    yield _look(retriever, example.query_id, question, gains, source, path.name)


def _cranfield(path: Path, folder: Path) -> Iterator[Query]:
    gains: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.trec").read_text(encoding="utf-8").splitlines():
        query_id, _, paper_id, gain = line.split()
        gains.setdefault(query_id, {})[paper_id] = float(gain)
    with open_index(path) as index:
        retriever = Retriever(index)
        for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if int(row["query_id"]) % 2 and any(gains.get(row["query_id"], {}).values()):
                yield _look(retriever, row["query_id"], row["text"], gains[row["query_id"]], "cranfield", path.name)


def _look(
    retriever: Retriever, query_id: str, question: str, gains: Mapping[str, float], source: str, name: str
) -> Query:
    found = retriever.look(question, limit=1000)
    hits = found.hits
    parts = {part: np.array([dict(hit.parts)[part] for hit in hits], dtype=np.float64) for part in PARTS}
    ideal = _dcg(np.array(sorted(gains.values(), reverse=True)[:CUTOFF]))
    shares = scaled(parts, known_share(found.terms))
    table = np.stack([shares[part] for part in PARTS], axis=1)
    here = np.array([gains.get(hit.paper.paper_id, 0.0) for hit in hits])
    return Query(query_id, source, name, table, here, ideal)


def _dcg(gains: Table) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def _report(title: str, queries: Sequence[Query], weights: Sequence[Table], fold: Mapping[str, int]) -> None:
    print(f"{title}:")
    for key in dict.fromkeys((query.source, query.index) for query in queries):
        some = [query for query in queries if (query.source, query.index) == key]
        if key[0] == "cranfield":
            value = np.mean([query.value(weights[fold[query.query_id]]) for query in some])
            print(f"  cranfield, odd queries: nDCG@{CUTOFF} {value:.3f} of {len(some)}")
            continue
        ranks = [query.rank(query.table @ weights[fold[query.query_id]]) for query in some]
        first, five = (np.mean([0 < rank <= cutoff for rank in ranks]) for cutoff in (1, 5))
        print(f"  {key[0]}, {key[1]}: first {first:.3f}, in the top five {five:.3f} of {len(some)}")


def _provenance(queries: Sequence[Query], folder: Path) -> dict[str, Any]:
    gold = Path(str(resources.files("eval.gold")))
    files = [gold / "alignment.jsonl", gold / "newcomer.jsonl", folder / "queries.jsonl", folder / "qrels.trec"]
    return {
        "fitted_by": "python -m eval.fit.retrieval",
        "on": datetime.now(UTC).strftime("%Y-%m-%d"),
        "questions": {source: len({q.query_id for q in queries if q.source == source}) for source in SHARES},
        "split": "dev, and the odd queries of Cranfield",
        "indexes": sorted({query.index for query in queries}),
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "shares": SHARES,
        "bags": BAGS,
        "draws": DRAWS,
        "shrink": SHRINK,
        "seed": SEED,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
