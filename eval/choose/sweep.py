"""A small grid over settings: one run for each point, and a leaderboard."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from eval.harness.runner import run
from eval.harness.settings import SETTINGS, parse_settings
from eval.metrics import METRICS, RUN_METRICS
from eval.report.summary import Row, summarise
from eval.runs.folder import Run, load_run
from index.errors import InputError, UnknownName

SHOWN = (
    "key_fact_recall",
    "words_shown",
    "citation_recall",
    "citation_precision",
    "recall@5",
    "refused_answerable",
    "refused_near",
    "refused_far",
)


def grid(given: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Every combination of ``key=a,b,c`` texts, as ``key=value`` settings; each is validated before anything runs."""
    axes = []
    for text in given:
        key, equals, values = text.partition("=")
        if key not in SETTINGS:
            raise UnknownName("setting", key, list(SETTINGS))
        options = [value.strip() for value in values.split(",") if value.strip()]
        if not equals or not options:
            raise InputError(f"--grid takes key=value,value, not {text!r}")
        axes.append([f"{key}={value}" for value in options])
    points = tuple(itertools.product(*axes))
    for point in points:
        parse_settings(point)
    return points


def sweep(
    points: Sequence[Sequence[str]],
    *,
    out: Path,
    settings: Sequence[str] = (),
    gold: Path | None = None,
    split: str | None = None,
    limit: int | None = None,
    prefix: str = "",
    started: Callable[[str], None] = lambda name: None,
) -> tuple[Run, ...]:
    """One run for each point in a folder of its own below ``out``; finished runs are not repeated.

    prefix: what the names of the folders start with, where the point alone does not tell them apart.
    """
    runs = []
    for point in points:
        name = re.sub(r"[^\w.=,-]+", "_", ",".join((prefix, *point) if prefix else point)) or "default"
        started(name)
        runs.append(run(gold, [*settings, *point], out=out / name, split=split, limit=limit))
    return tuple(runs)


def board_of(out: Path, runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs of a sweep with all other finished runs below ``out`` that asked the same questions."""
    names = {run.folder.name for run in runs}
    folders = [file.parent for file in sorted(out.glob("*/results.jsonl")) if file.parent.name not in names]
    others = (load_run(folder) for folder in folders)
    return (*runs, *(other for other in others if other.manifest["gold"] == runs[0].manifest["gold"]))


def direction(metric: str) -> str:
    """Which way of a metric is better; an unknown one raises UnknownName."""
    known: dict[str, str] = {name: m.better for name, m in METRICS.items()}
    known |= {name: m.better for name, m in RUN_METRICS.items()}
    if metric not in known:
        raise UnknownName("metric", metric, list(known))
    return known[metric]


def leaderboard(runs: Sequence[Run], metric: str) -> tuple[tuple[Run, dict[str, Row]], ...]:
    """The runs with their figures, the best in that metric first; runs that did not score in it come last."""
    better = direction(metric)
    rows = [(run, {row.metric: row for row in summarise(run, resamples=500)}) for run in runs]
    sign = 1 if better == "lower" else -1

    def place(item: tuple[Run, dict[str, Row]]) -> tuple[bool, float]:
        value = item[1][metric].value
        return value is None, sign * (value or 0.0)

    return tuple(sorted(rows, key=place))
