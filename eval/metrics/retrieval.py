"""Retrieval, by paper and by chunk, computed by ir_measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.metrics.base import Metric, OfQuestion, Tools
from eval.schema import Result

DEFINITIONS = {
    "R": "Recall@{k}: the share of the relevant {what} that are among the first {k} retrieved.",
    "RR": "MRR, truncated at {k}: one over the rank of the first relevant {one}, 0 where none is in the first {k}.",
    "nDCG": "nDCG@{k} (Järvelin and Kekäläinen 2002): discounted gain of the first {k}, over the best possible.",
}
NAMES = {"R": "recall", "RR": "mrr", "nDCG": "ndcg"}


def measure(name: str, cutoff: int, relevant: Iterable[str], retrieved: Sequence[str]) -> float:
    """One measure of one ranking by ir_measures; name is "R", "RR" or "nDCG"."""
    import ir_measures

    if not retrieved:
        return 0.0
    wanted = getattr(ir_measures, name) @ cutoff
    qrels = [ir_measures.Qrel("q", item, 1) for item in relevant]
    run = [ir_measures.ScoredDoc("q", item, float(-rank)) for rank, item in enumerate(retrieved)]
    return float(ir_measures.calc_aggregate([wanted], qrels, run)[wanted])


def by_paper(name: str, cutoff: int) -> OfQuestion:
    """The measure over papers."""

    def compute(result: Result, tools: Tools) -> float:
        return measure(name, cutoff, result.example.relevant_ids, result.retrieved)

    compute.__doc__ = DEFINITIONS[name].format(k=cutoff, what="papers", one="paper")
    return compute


def by_chunk(name: str, cutoff: int) -> OfQuestion:
    """The measure over chunks; a chunk is relevant where it is of a relevant paper and holds a key fact."""

    def compute(result: Result, tools: Tools) -> float | None:
        if not result.relevant_chunks:
            return None
        return measure(name, cutoff, result.relevant_chunks, result.retrieved_chunks)

    definition = DEFINITIONS[name].format(k=cutoff, what="chunks", one="chunk")
    compute.__doc__ = f"{definition} A chunk is relevant where it is of a relevant paper and holds a key fact."
    return compute


def context_recall(result: Result, tools: Tools) -> float | None:
    """The share of the relevant papers that were in front of the composer when it wrote the answer."""
    if result.answer is None:
        return None
    seen = {scored.chunk.paper_id for scored in result.answer.contexts}
    return sum(paper_id in seen for paper_id in result.example.relevant_ids) / len(result.example.relevant_ids)


PAIRS = (("R", 1), ("R", 3), ("R", 5), ("R", 10), ("RR", 10), ("nDCG", 10))
RETRIEVAL = (
    *(Metric(f"{NAMES[n]}@{k}", "retrieval", "retrieval", by_paper(n, k)) for n, k in PAIRS),
    *(Metric(f"chunk_{NAMES[n]}@{k}", "retrieval", "retrieval", by_chunk(n, k)) for n, k in PAIRS if k != 3),
    Metric("context_recall", "retrieval", "retrieval", context_recall),
)
