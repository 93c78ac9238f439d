"""Cost: time by stage, tokens, money and memory. It lives outside the comparison: no two runs cost the same."""

from __future__ import annotations

from collections.abc import Sequence

from eval.schema import Timing


def percentile(values: Sequence[float], share: float) -> float:
    """The value at that share of the sorted values, between neighbours by linear interpolation."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def stage_times(timings: Sequence[Timing]) -> dict[str, tuple[float, float]]:
    """The median and the 95th percentile of seconds, for each stage and for the "total" of the question."""
    by_stage: dict[str, list[float]] = {}
    for timing in timings:
        for stage, seconds in (*timing.stages, ("total", timing.seconds)):
            by_stage.setdefault(stage, []).append(seconds)
    return {stage: (percentile(values, 0.5), percentile(values, 0.95)) for stage, values in by_stage.items()}


def totals(timings: Sequence[Timing]) -> dict[str, float | None]:
    """Tokens in and out, US dollars where the prices are known, and the peak memory in MiB."""
    costs = [t.cost_usd for t in timings if t.cost_usd is not None]
    peaks = [t.peak_mib for t in timings if t.peak_mib is not None]
    return {
        "prompt_tokens": float(sum(t.prompt_tokens for t in timings)),
        "completion_tokens": float(sum(t.completion_tokens for t in timings)),
        "cost_usd": sum(costs) if costs else None,
        "peak_mib": max(peaks) if peaks else None,
    }
