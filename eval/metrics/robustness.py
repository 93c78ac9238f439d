"""Robustness: does the same question in other words get the same score?"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.base import RunMetric
from eval.schema import Result


def _groups(results: Sequence[Result]) -> dict[str, list[float]]:
    originals = {r.example.query_id: r for r in results if r.example.variant_of is None}
    groups: dict[str, list[float]] = {}
    for result in results:
        source = result.example.variant_of
        value = result.value("key_fact_recall")
        if source in originals and source is not None and value is not None:
            first = originals[source].value("key_fact_recall")
            if first is not None:
                groups.setdefault(source, [first]).append(value)
    return groups


def _counted(results: Sequence[Result]) -> int:
    return sum(len(values) for values in _groups(results).values())


def variant_spread(results: Sequence[Result]) -> float | None:
    """The mean, over questions with variants, of the best less the worst key-fact recall of question and variants."""
    groups = _groups(results).values()
    return sum(max(values) - min(values) for values in groups) / len(groups) if groups else None


def variant_loss(results: Sequence[Result]) -> float | None:
    """The mean, over questions with variants, of the key-fact recall of the original less the mean of its variants."""
    groups = _groups(results).values()
    losses = [values[0] - sum(values[1:]) / len(values[1:]) for values in groups]
    return sum(losses) / len(losses) if losses else None


ROBUSTNESS = (
    RunMetric("variant_spread", "robustness", variant_spread, _counted, better="lower"),
    RunMetric("variant_loss", "robustness", variant_loss, _counted, better="lower"),
)
