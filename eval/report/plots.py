"""The plots of the report, as inline SVG that takes the colours of the page: light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from eval.metrics.cost import stage_times
from eval.metrics.honesty import is_correct, risk_coverage
from eval.report.summary import by_kind, mean_interval
from eval.runs.folder import Run

INK, ACCENT, SECOND = "#010203", "#3b7dd8", "#d8853b"
CUTOFFS = range(1, 11)


def plots(run: Run) -> tuple[tuple[str, str], ...]:
    """(caption, SVG) of every plot that the run has data for."""
    drawn = (
        ("Retrieval: share of the relevant papers among the first k", _retrieval),
        ("Risk and coverage: answering the surest questions first", _risk),
        ("Reliability: how often an answer of that confidence is right", _reliability),
        ("Key-fact recall by kind of question, with 95% intervals", _kinds),
        ("Seconds by stage: median and 95th percentile", _times),
    )
    found = [(caption, _svg(draw, run)) for caption, draw in drawn]
    return tuple((caption, svg) for caption, svg in found if svg)


def _svg(draw: Callable[[Any, Run], bool], run: Run) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style = {name: INK for name in ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")}
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "citewell", "font.size": 9, **style}):
        figure = Figure(figsize=(4.6, 2.9), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.patch.set_alpha(0)
        if not draw(axes, run):
            return ""
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    # ids are the same in every figure of matplotlib's; in one page they must differ
    prefix = draw.__name__.strip("_")
    return re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)


def _retrieval(axes: Any, run: Run) -> bool:
    rows = [(set(r.example.relevant_ids), r.retrieved) for r in run.results if r.example.relevant_ids and not r.error]
    if not rows:
        return False
    curve = [sum(len(wanted & set(got[:k])) / len(wanted) for wanted, got in rows) / len(rows) for k in CUTOFFS]
    axes.plot(list(CUTOFFS), curve, marker="o", markersize=4, color=ACCENT)
    axes.set(xlabel="k", ylabel="recall@k", ylim=(0, 1.02), xticks=list(CUTOFFS))
    return True


def _risk(axes: Any, run: Run) -> bool:
    curve = risk_coverage(run.results)
    if not curve:
        return False
    axes.plot([c for c, _ in curve], [r for _, r in curve], color=ACCENT)
    axes.set(xlabel="coverage (share answered)", ylabel="risk (share wrong)", xlim=(0, 1.02), ylim=(0, 1.02))
    return True


def _reliability(axes: Any, run: Run) -> bool:
    known = [(r.confidence, is_correct(r, r.forced)) for r in run.results if r.confidence is not None]
    pairs = sorted((c, float(right)) for c, right in known if right is not None)
    if len(pairs) < 10:
        return False
    size = max(5, len(pairs) // 8)
    groups = [pairs[at : at + size] for at in range(0, len(pairs), size)]
    axes.plot([0, 1], [0, 1], linestyle=":", color=INK, linewidth=0.8)
    means = [(sum(c for c, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]
    axes.plot([x for x, _ in means], [y for _, y in means], marker="o", markersize=4, color=ACCENT)
    axes.set(xlabel="confidence (equal-sized groups)", ylabel="share right", ylim=(0, 1.02), xlim=(0, 1.02))
    return True


def _kinds(axes: Any, run: Run) -> bool:
    rows = by_kind(run, "key_fact_recall")
    if not rows:
        return False
    names = [f"{kind} ({count})" for kind, _, count in rows]
    means = [mean for _, mean, _ in rows]
    spans = []
    for kind, mean, _ in rows:
        values = [v for r in run.results if r.example.kind == kind and (v := r.value("key_fact_recall")) is not None]
        low, high = mean_interval(values)
        spans.append((max(0.0, mean - (low or 0.0)), max(0.0, (high or 0.0) - mean)))
    axes.barh(names, means, xerr=list(zip(*spans, strict=True)), color=ACCENT, ecolor=INK, error_kw={"elinewidth": 0.8})
    axes.invert_yaxis()
    axes.set(xlabel="key-fact recall", xlim=(0, 1.02))
    return True


def _times(axes: Any, run: Run) -> bool:
    stages = stage_times(run.timings)
    if not stages:
        return False
    rows = range(len(stages))
    axes.barh([r - 0.2 for r in rows], [p50 for p50, _ in stages.values()], 0.4, color=ACCENT, label="median")
    axes.barh([r + 0.2 for r in rows], [p95 for _, p95 in stages.values()], 0.4, color=SECOND, label="95th percentile")
    axes.set(yticks=list(rows), yticklabels=list(stages), xlabel="seconds")
    axes.invert_yaxis()
    axes.legend(frameon=False, fontsize=8)
    return True
