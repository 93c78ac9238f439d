"""The judge is judged: how well a verifier's scores agree with people's labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.judges.pairs import LabelledPair
from rag.verify import Evidence, Support, Verifier

BINS = 10
RESAMPLES = 1000
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupScore:
    """AUROC of one group of pairs: an unsupported kind against all supported pairs of its source, or a whole source."""

    group: str
    pairs: int
    auroc: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: the pairs whose score falls into it, and how many of them are supported."""

    low: float
    high: float
    pairs: int
    mean_score: float
    share_supported: float


@dataclass(frozen=True, slots=True)
class Margin:
    """How much the macro mean of AUROC over the sources exceeds a baseline's, with a 95% paired bootstrap interval."""

    baseline: str
    by_source: tuple[tuple[str, float, float], ...]
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class VerifierReport:
    """The quality of a verifier. calibration_error: expected |score - share supported|, weighted by pairs."""

    verifier: str
    pairs: int
    groups: tuple[GroupScore, ...]
    balanced_accuracy: float | None
    caught: float | None
    accepted: float | None
    bins: tuple[Bin, ...]
    calibration_error: float


def auroc(scores: Sequence[float] | Table, labels: Sequence[bool] | NDArray[np.bool_]) -> float | None:
    """The probability that a supported pair scores above an unsupported one, ties one half; None without both.

    The area under the ROC curve, as the normalised rank sum of Mann and Whitney (1947).
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return None
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def judge_pairs(
    pairs: Sequence[LabelledPair], verifier: Verifier, *, progress: Callable[[int, int], None] | None = None
) -> tuple[Support, ...]:
    """What the verifier says of every pair."""
    found = []
    for done, pair in enumerate(pairs, 1):
        found.append(verifier.check(pair.claim, (Evidence(pair.pair_id, pair.title, pair.passage),)))
        if progress:
            progress(done, len(pairs))
    return tuple(found)


def report_on(pairs: Sequence[LabelledPair], supports: Sequence[Support], name: str) -> VerifierReport:
    """The quality of a verifier from what it said of labelled pairs.

    balanced accuracy: the mean of the share of supported pairs accepted and of unsupported pairs caught, by verdict.
    """
    scores = np.array([support.score for support in supports])
    labels = np.array([pair.supported for pair in pairs], dtype=bool)
    taken = np.array([support.verdict == "supported" for support in supports], dtype=bool)
    accepted = float(taken[labels].mean()) if labels.any() else None
    caught = float((~taken[~labels]).mean()) if (~labels).any() else None
    balanced = None if accepted is None or caught is None else (accepted + caught) / 2
    bins = reliability(scores, labels)
    error = sum(b.pairs * abs(b.mean_score - b.share_supported) for b in bins) / max(1, len(pairs))
    return VerifierReport(name, len(pairs), grouped_auroc(pairs, scores), balanced, caught, accepted, bins, error)


def grouped_auroc(pairs: Sequence[LabelledPair], scores: Table) -> tuple[GroupScore, ...]:
    """AUROC of each source, and of each unsupported kind against all supported pairs of its source."""
    found = []
    for source in dict.fromkeys(pair.source for pair in pairs):
        rows = [at for at, pair in enumerate(pairs) if pair.source == source]
        found.append(_group(source, rows, pairs, scores))
        for kind in sorted({pairs[at].group for at in rows if not pairs[at].supported} - {source}):
            some = [at for at in rows if pairs[at].supported or pairs[at].group == kind]
            found.append(_group(f"{source}: {kind}", some, pairs, scores))
    return tuple(found)


def _group(name: str, rows: Sequence[int], pairs: Sequence[LabelledPair], scores: Table) -> GroupScore:
    return GroupScore(name, len(rows), auroc(scores[list(rows)], [pairs[at].supported for at in rows]))


def reliability(scores: Table, labels: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """The reliability diagram: ten equal bins of the score, the empty ones left out."""
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    found = []
    for n in range(BINS):
        inside = place == n
        if inside.any():
            share, mean = float(labels[inside].mean()), float(scores[inside].mean())
            found.append(Bin(n / BINS, (n + 1) / BINS, int(inside.sum()), mean, share))
    return tuple(found)


def baselines(pairs: Sequence[LabelledPair]) -> dict[str, Table]:
    """Scores of the two cheap scorers that a verifier must beat: cosine alone and word recall alone."""
    from index.embedding import get_embedder
    from rag.verify.checks.measure import windows_of
    from rag.verify.checks.words import clean, content_stems

    embed = get_embedder().embed_query
    cosines = [max(float(embed(p.claim) @ embed(clean(w))) for w in windows_of(p.passage)) for p in pairs]
    wanted = [content_stems(clean(p.claim)) for p in pairs]
    held = [content_stems(clean(f"{p.title}. {p.passage}")) for p in pairs]
    recalls = [len(w & h) / max(1, len(w)) for w, h in zip(wanted, held, strict=True)]
    return {"cosine": np.array(cosines), "word recall": np.array(recalls)}


def margin(
    pairs: Sequence[LabelledPair], scores: Table, baseline: Table, name: str, *, resamples: int = RESAMPLES
) -> Margin:
    """The macro mean over the sources against a baseline; pairs are resampled within each source."""
    labels = np.array([pair.supported for pair in pairs], dtype=bool)
    sources = list(dict.fromkeys(pair.source for pair in pairs))
    rows = {s: np.array([at for at, pair in enumerate(pairs) if pair.source == s]) for s in sources}
    random = np.random.default_rng(0)

    def both(chosen: NDArray[np.int64]) -> tuple[float, float]:
        ours, theirs = auroc(scores[chosen], labels[chosen]), auroc(baseline[chosen], labels[chosen])
        return (0.5 if ours is None else ours), (0.5 if theirs is None else theirs)

    by_source = tuple((source, *both(rows[source])) for source in sources)
    drawn = [
        np.mean([np.subtract(*both(random.choice(rows[source], len(rows[source])))) for source in sources])
        for _ in range(resamples)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    difference = float(np.mean([ours - theirs for _, ours, theirs in by_source]))
    return Margin(name, by_source, difference, float(low), float(high))
