"""Two runs, question by question: is the difference more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval.metrics import METRICS
from eval.runs.folder import Run
from index.errors import InputError, UnknownName

TESTED = (
    "key_fact_recall",
    "correct",
    "citation_recall",
    "citation_precision",
    "supported_share",
    "context_recall",
    "recall@5",
    "mrr@10",
    "refused_answerable",
    "refused_near",
    "refused_far",
)
LEVEL = 0.05
RESAMPLES = 4999
BOOTSTRAP = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric of B less that of A over the questions that both score.

    low, high: 95% paired bootstrap interval. p: paired permutation test, two-sided. adjusted: p after Holm's correction
    for the metrics tested together. flips: the questions whose value changed, B's wins first.
    """

    metric: str
    better: str
    questions: int
    a: float
    b: float
    low: float
    high: float
    p: float
    adjusted: float
    wins: int
    losses: int
    flips: tuple[tuple[str, float, float], ...]

    @property
    def significant(self) -> bool:
        """Whether the difference is flagged at the 5% level, all tested metrics together."""
        return self.adjusted < LEVEL

    @property
    def worse(self) -> bool:
        """Whether B is flagged as worse than A."""
        return self.significant and (self.b < self.a) == (self.better == "higher") and self.a != self.b


def compare(a: Run, b: Run, *, metrics: Sequence[str] = tuple(TESTED), seed: int = 0) -> tuple[Difference, ...]:
    """The differences of B from A in these metrics, tested together; metrics that no question shares are left out."""
    metrics = parse_metrics(metrics)
    ours = {r.example.query_id: r for r in a.results}
    theirs = {r.example.query_id: r for r in b.results}
    if a.manifest["gold"]["sha256"] != b.manifest["gold"]["sha256"] or ours.keys() != theirs.keys():
        raise InputError(f"{a.folder} and {b.folder} asked different questions; compare runs of one gold set and split")
    found = []
    for name in metrics:
        both = [(q, ours[q].value(name), theirs[q].value(name)) for q in ours]
        pairs = [(q, x, y) for q, x, y in both if x is not None and y is not None]
        if pairs:
            found.append(_difference(name, pairs, seed))
    return _holm(found)


def parse_metrics(given: Sequence[str]) -> tuple[str, ...]:
    """The metrics to test; citations and grounding never without correctness, which copying cannot fake."""
    for name in given:
        if name not in METRICS:
            raise UnknownName("metric", name, list(METRICS))
    families = {METRICS[name].family for name in given}
    bare = families & {"citations", "grounding"} and "answer" not in families
    return tuple(dict.fromkeys((*(("key_fact_recall",) if bare else ()), *given))) or TESTED


def _difference(metric: str, pairs: Sequence[tuple[str, float, float]], seed: int) -> Difference:
    deltas = [y - x for _, x, y in pairs]
    low, high, p = paired_test(deltas, seed=seed)
    better = METRICS[metric].better
    gain = -1 if better == "lower" else 1
    wins = sum(gain * d > 0 for d in deltas)
    losses = sum(gain * d < 0 for d in deltas)
    changed = sorted((t for t in pairs if t[1] != t[2]), key=lambda t: (gain * (t[1] - t[2]), t[0]))
    n = len(pairs)
    a, b = sum(x for _, x, _ in pairs) / n, sum(y for _, _, y in pairs) / n
    return Difference(metric, better, n, a, b, low, high, p, p, wins, losses, tuple(changed))


def paired_test(deltas: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES) -> tuple[float, float, float]:
    """Interval and p of a mean difference: scipy's paired bootstrap and its sign-flip permutation test, two-sided.

    The test is exact where there are few enough questions that changed. Where nothing changed, p is 1.
    """
    import numpy as np
    from scipy import stats

    sample = np.asarray(deltas, dtype=float)
    changed = sample[sample != 0]
    if len(changed) == 0:
        return 0.0, 0.0, 1.0
    rng = np.random.default_rng(seed)
    draws = (
        stats.bootstrap((sample,), np.mean, n_resamples=BOOTSTRAP, method="percentile", rng=rng)
        if len(sample) > 1
        else None
    )
    low, high = (float(x) for x in draws.confidence_interval) if draws is not None else (sample[0], sample[0])
    # flipping the sign of a zero changes nothing: only the questions that changed are permuted
    tested: Any = (
        stats.permutation_test(
            (changed,), _sum, permutation_type="samples", n_resamples=resamples, vectorized=True, rng=rng
        )
        if len(changed) > 1
        else None
    )
    return float(low), float(high), float(tested.pvalue) if tested is not None else 1.0


def _sum(sample: Any, axis: int = -1) -> Any:
    return sample.sum(axis=axis)


def _holm(found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Holm's step-down correction (1979): the chance of any false flag among all metrics stays under the level."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, one in enumerate(sorted(found, key=lambda d: d.p)):
        highest = max(highest, min(1.0, one.p * (len(found) - rank)))
        adjusted[one.metric] = highest
    return tuple(replace(one, adjusted=adjusted[one.metric]) for one in found)
