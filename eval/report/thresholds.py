"""``--fail-under metric=value``: thresholds that a run must reach, for continuous integration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.metrics import METRICS, RUN_METRICS
from eval.report.summary import Row
from index.errors import InputError, UnknownName


def parse_thresholds(given: Iterable[str]) -> dict[str, float]:
    """Thresholds from ``metric=value`` texts."""
    found = {}
    for text in given:
        metric, equals, value = text.partition("=")
        if metric not in METRICS and metric not in RUN_METRICS:
            raise UnknownName("metric", metric, [*METRICS, *RUN_METRICS])
        try:
            found[metric] = float(value)
        except ValueError as error:
            raise InputError(f"--fail-under takes metric=value with a number, not {text!r}") from error
        if not equals or found[metric] != found[metric]:
            raise InputError(f"--fail-under takes metric=value with a number, not {text!r}")
    return found


def misses(rows: Sequence[Row], thresholds: dict[str, float]) -> tuple[str, ...]:
    """One line for each metric that misses its threshold; a metric that scored nothing misses any.

    For a metric of which lower is better the threshold is the most that is allowed.
    """
    by_name = {row.metric: row for row in rows}
    lines = []
    for metric, threshold in thresholds.items():
        row = by_name[metric]
        if row.value is None:
            lines.append(f"{metric} scored no question, {threshold:g} is required")
        elif row.value > threshold if row.better == "lower" else row.value < threshold:
            limit = "at most" if row.better == "lower" else "at least"
            lines.append(f"{metric} is {row.value:.4f}, {limit} {threshold:g} is required")
    return tuple(lines)
