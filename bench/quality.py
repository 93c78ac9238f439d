"""nDCG@10 and recall@10 on Cranfield: dense, BM25 and hybrid, over all queries and over the even-numbered ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import R, nDCG

Ranking = dict[str, float]
DEPTH = 100


def runs(folder: Path, queries: dict[str, str]) -> dict[str, dict[str, Ranking]]:
    """For each retriever, its score for each paper that it found, by query."""
    from index import open_index
    from rag.retrieve.retriever import Retriever

    with open_index(folder) as index:
        retriever = Retriever(index)

        def dense(text: str) -> Ranking:
            best: Ranking = {}
            for hit in index.dense(index.embedder.embed_query(text), DEPTH):
                best.setdefault(hit.chunk.paper_id, hit.score)
            return best

        def lexical(text: str) -> Ranking:
            return dict(index.lexical(text, DEPTH))

        def hybrid(text: str) -> Ranking:
            return {hit.paper.paper_id: hit.score for hit in retriever.retrieve(text, limit=DEPTH)}

        retrievers: dict[str, Callable[[str], Ranking]] = {"dense": dense, "BM25": lexical, "hybrid": hybrid}
        return {name: {key: find(text) for key, text in queries.items()} for name, find in retrievers.items()}


def per_query(qrels: list[ir_measures.Qrel], run: dict[str, Ranking]) -> dict[str, dict[str, float]]:
    """Measure -> query -> value."""
    values: dict[str, dict[str, float]] = {}
    for found in ir_measures.iter_calc([nDCG @ 10, R @ 10], qrels, run):
        values.setdefault(str(found.measure), {})[found.query_id] = found.value
    return values


def interval(differences: np.ndarray, draws: int = 10_000) -> tuple[float, float]:
    """The 95% percentile bootstrap interval of a mean difference."""
    sample = np.random.default_rng(0).choice(differences, (draws, len(differences))).mean(axis=1)
    low, high = np.quantile(sample, [0.025, 0.975])
    return float(low), float(high)


def cranfield(index: Path, folder: Path) -> list[str]:
    """The lines that the bench prints of retrieval quality."""
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf8").splitlines()]
    queries = {row["query_id"]: row["text"] for row in rows}
    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.trec")))
    values = {name: per_query(qrels, run) for name, run in runs(index, queries).items()}
    even = [key for key in queries if int(key) % 2 == 0]
    lines = ["retriever   nDCG@10  recall@10  nDCG@10 on the even queries, which no setting was tuned on"]
    for name, found in values.items():
        ndcg, recall = found["nDCG@10"], found["R@10"]
        held_out = np.mean([ndcg[key] for key in even])
        lines.append(
            f"{name:10}  {np.mean(list(ndcg.values())):.3f}    {np.mean(list(recall.values())):.3f}      {held_out:.3f}"
        )
    for other in ("dense", "BM25"):
        differences = np.array([values["hybrid"]["nDCG@10"][key] - values[other]["nDCG@10"][key] for key in even])
        low, high = interval(differences)
        lines.append(
            f"hybrid - {other} on the even queries: {differences.mean():+.3f}, 95% interval {low:+.3f} to {high:+.3f}"
        )
    return lines
