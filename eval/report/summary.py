"""A run in figures: each metric's mean with a 95% bootstrap interval, and where each question is counted."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.metrics import METRICS, RUN_METRICS
from eval.runs.folder import Run
from eval.schema import Result

HEADLINE = (
    "first_sentence_answers",
    "key_facts_shown",
    "key_facts_unfolded",
    "key_fact_recall",
    "correct",
    "words_shown",
    "words_median",
    "citation_recall",
    "citation_precision",
    "span_validity",
    "supported_share",
    "recall@5",
    "mrr@10",
    "ndcg@10",
    "refused_answerable",
    "refused_near",
    "refused_far",
    "prudence",
    "over_conservativeness",
    "honesty",
    "aurc",
)
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One metric over a run. scored + not_applicable + errors is the number of questions, always.

    value, low, high: the mean and its 95% interval; None where no question was scored. A run metric has one value
    over the questions that it rests on, which count as scored.
    """

    metric: str
    family: str
    better: str
    value: float | None
    low: float | None
    high: float | None
    scored: int
    not_applicable: int
    errors: int


def summarise(run: Run, *, resamples: int = RESAMPLES) -> tuple[Row, ...]:
    """Every metric of the run, in the order of METRICS and then RUN_METRICS."""
    seed = int(run.manifest["settings"].get("seed") or 0)
    errors = sum(r.error is not None for r in run.results)
    fine = [r for r in run.results if r.error is None]
    rows = []
    for metric in METRICS.values():
        values = [v for r in fine if (v := r.value(metric.name)) is not None]
        low, high = mean_interval(values, seed=seed, resamples=resamples)
        value = sum(values) / len(values) if values else None
        counts = (len(values), len(fine) - len(values), errors)
        rows.append(Row(metric.name, metric.family, metric.better, value, low, high, *counts))
    for whole in RUN_METRICS.values():
        value = whole.compute(fine)
        low, high = (None, None) if value is None else interval(fine, whole.compute, seed=seed, resamples=resamples)
        used = whole.counts(fine) if value is not None else 0
        counts = (used, len(fine) - used, errors)
        rows.append(Row(whole.name, whole.family, whole.better, value, low, high, *counts))
    return tuple(rows)


def mean_interval(
    values: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float | None, float | None]:
    """The 95% percentile bootstrap interval of the mean (Efron 1979), resampling questions."""
    if not values:
        return None, None
    import numpy as np

    sample = np.asarray(values, dtype=float)
    draws = np.random.default_rng(seed).integers(0, len(sample), (resamples, len(sample)))
    low, high = np.quantile(sample[draws].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def interval(
    results: Sequence[Result], compute: Callable[[Sequence[Result]], float | None], *, seed: int, resamples: int
) -> tuple[float | None, float | None]:
    """The 95% percentile bootstrap interval of a metric of the whole run."""
    draw = random.Random(seed)
    # a metric of the whole run is slow in Python; 200 resamples place the 2.5% points well enough for two digits
    samples = (draw.choices(results, k=len(results)) for _ in range(min(resamples, 200)))
    values = sorted(value for sample in samples if (value := compute(sample)) is not None)
    if not values:
        return None, None
    return values[int(0.025 * (len(values) - 1))], values[round(0.975 * (len(values) - 1))]


def by_kind(run: Run, metric: str) -> tuple[tuple[str, float, int], ...]:
    """The mean of a metric and the number of questions scored, for each kind of question."""
    groups: dict[str, list[float]] = {}
    for result in run.results:
        value = result.value(metric)
        if value is not None and result.example.variant_of is None:
            groups.setdefault(result.example.kind, []).append(value)
    return tuple((kind, sum(values) / len(values), len(values)) for kind, values in sorted(groups.items()))


def failures(run: Run) -> tuple[Result, ...]:
    """The questions that an error stopped."""
    return tuple(r for r in run.results if r.error is not None)
