"""Fit the weights of the verifiers "local" and "nli", and record how good they are.

``python -m eval.fit.verifiers --public ../shared/bench/grounding/pairs.jsonl`` writes rag/fitted/verifier.json. It asks
the entailment model thousands of times, half an hour on one core; ``--odds FILE`` remembers what it said.
``python -m eval.fit.verifiers --record --public …`` scores the pairs of the splits "test" and notes the figures.

Only pairs of the splits "dev" and "train" are fitted on. Agreement may only raise support, a conflict only lower it:
the weights are bounded by sign, so that copying more of the evidence never counts against a claim.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit import logistic
from eval.judges.agreement import grouped_auroc, judge_pairs
from eval.judges.pairs import LabelledPair, load_pairs
from index import Index, demo_index
from index.errors import ModelUnavailable
from rag.fitted.logistic import stored
from rag.verify.checks.measure import FEATURES, HARD
from rag.verify.entailment import Entailment
from rag.verify.fetch import fetched
from rag.verify.local import LocalVerifier
from rag.verify.nli import NliVerifier
from rag.verify.protocol import Evidence
from rag.verify.weights import NAMES_OF, Weights

AGREEMENT = ("cosine", "word_recall")
OWN_WEIGHT = 12.0  # our own pairs weigh as much as twelve public sources
PENALTY = 0.001
FOLDS = 7
LEAST_THRESHOLD = 0.5
UNWEIGHED = Weights(0.0, (), 0.5, 0.25)  # measuring needs no weights
Table = NDArray[np.float64]


def measure_pairs(pairs: Sequence[LabelledPair], verifier: LocalVerifier) -> Table:
    """The features of every pair, one row each."""
    rows = [verifier.measure(p.claim, (Evidence(p.pair_id, p.title, p.passage),)).values for p in pairs]
    return np.array(rows, dtype=np.float64)


def cited_elsewhere(pairs: Sequence[LabelledPair], index: Index) -> tuple[LabelledPair, ...]:
    """Our supported claims with a wrong citation: by turns the most similar sentence of another demo paper, and of the
    same one, that is not in their span."""
    papers, known = index.papers(), index.sentences([paper.paper_id for paper in index.papers()])
    embed = index.embedder.embed_query
    sentences = [(p.title, p.abstract[a:b]) for p in papers for a, b in known[p.paper_id].spans]
    vectors = np.concatenate([known[p.paper_id].vectors for p in papers])
    found = []
    for turn, pair in enumerate(p for p in pairs if p.source == "own" and p.supported):
        for at in np.argsort(-(vectors @ embed(pair.claim))):
            title, text = sentences[at]
            if (title == pair.title) == bool(turn % 2) and text not in pair.passage and pair.passage not in text:
                name = f"{pair.pair_id}-elsewhere"
                found.append(replace(pair, pair_id=name, passage=text, title=title, group="citation", supported=False))
                break
    return tuple(found)


def balance(pairs: Sequence[LabelledPair]) -> Table:
    """Weights that give each source its share, half of it to each label."""
    cells: dict[tuple[str, bool], int] = {}
    for pair in pairs:
        cells[pair.source, pair.supported] = cells.get((pair.source, pair.supported), 0) + 1
    share = np.array([(OWN_WEIGHT if p.source == "own" else 1.0) / cells[p.source, p.supported] for p in pairs])
    return np.asarray(share / share.sum(), dtype=np.float64)


def fit(table: Table, labels: Table, weight: Table, names: Sequence[str] = FEATURES) -> tuple[float, Table]:
    """Intercept and weights, for features as they are measured, of a logistic regression with bounded signs."""
    signs = {name: 1 if name in AGREEMENT else -1 for name in names}
    found = logistic.fit(table, labels, names, weight=weight, l2=PENALTY, signs=signs)
    weights = found.weights / found.scale
    return found.bias - float(found.mean @ weights), weights


def probabilities(table: Table, intercept: float, weights: Table) -> Table:
    """The fitted probability of support of each row, hard failures held at zero."""
    found = 1 / (1 + np.exp(-np.clip(table @ weights + intercept, -50, 50)))
    failed = table[:, [FEATURES.index(name) for name in HARD]].max(axis=1) > 0
    return np.asarray(np.where(failed, found * 1e-3, found))


def cross_validate(table: Table, pairs: Sequence[LabelledPair], names: Sequence[str]) -> Table:
    """Probabilities of our own pairs, each from a fit that saw no pair of the same paper; 0.5 for the others."""
    labels = np.array([p.supported for p in pairs], dtype=np.float64)
    titles = sorted({p.title for p in pairs if p.source == "own"})
    order = np.random.default_rng(0).permutation(len(titles))
    fold = {titles[at]: place % FOLDS for place, at in enumerate(order)}
    found = np.full(len(pairs), 0.5)
    for part in range(FOLDS):
        held = np.array([p.source == "own" and fold[p.title] == part for p in pairs])
        kept = [p for p, out in zip(pairs, held, strict=True) if not out]
        fitted = fit(table[~held], labels[~held], balance(kept), names)
        found[held] = probabilities(table[held], *fitted)
    return found


def best_threshold(scores: Table, labels: Table) -> float:
    """The threshold with the best balanced accuracy, never below one half."""
    candidates = np.arange(LEAST_THRESHOLD, 0.8, 0.01)
    accuracies = [((scores[labels > 0.5] >= t).mean() + (scores[labels < 0.5] < t).mean()) / 2 for t in candidates]
    return float(round(candidates[int(np.argmax(accuracies))], 2))


def fit_one(name: str, pairs: Sequence[LabelledPair], table: Table, provenance: str) -> dict[str, Any]:
    """What rag/fitted/verifier.json holds of one verifier; ``table`` has those of "nli", "local" uses the first."""
    names = NAMES_OF[name]
    table = table[:, : len(names)]
    labels = np.array([p.supported for p in pairs], dtype=np.float64)
    own = np.array([p.source == "own" for p in pairs])
    crossed = cross_validate(table, pairs, names)
    threshold = best_threshold(crossed[own], labels[own])
    intercept, weights = fit(table, labels, balance(pairs), names)
    return {
        "provenance": provenance,
        "cross_validated": _figures([p for p in pairs if p.source == "own"], crossed[own]),
        "held_out": {},
        "intercept": round(intercept, 4),
        "weights": {feature: round(float(w), 4) for feature, w in zip(names, weights, strict=True)},
        "threshold": threshold,
        "weak": round(threshold / 2, 3),
    }


def _figures(pairs: Sequence[LabelledPair], scores: Table) -> dict[str, float]:
    return {g.group: round(g.auroc, 3) for g in grouped_auroc(pairs, scores) if g.auroc is not None}


def fitted(index: Index) -> dict[str, Any]:
    """The weights of "local", from bundled pairs alone; what the file holds of others, and of held-out pairs, stays."""
    ours = load_pairs(split="dev") + load_pairs(split="train")
    pairs = ours + cited_elsewhere(ours, index)
    kept = stored("verifier.json")
    found = fit_one("local", pairs, measure_pairs(pairs, LocalVerifier(weights=UNWEIGHED)), _provenance(pairs))
    return {"verifier.json": {**kept, "local": {**found, "held_out": kept["local"]["held_out"]}}}


def _provenance(pairs: Sequence[LabelledPair]) -> str:
    digest = hashlib.sha256("\n".join(f"{p.claim}\t{p.passage}\t{p.supported}" for p in pairs).encode()).hexdigest()
    return (
        f"make fit: {len(pairs)} pairs of {', '.join(sorted({p.source for p in pairs}))} (sha256 {digest[:16]}), own "
        f"weight {OWN_WEIGHT:g}; threshold: best balanced accuracy on our own pairs, {FOLDS}-fold by paper"
    )


def fit_both(public: Path | None, odds: Path | None) -> dict[str, Any]:
    """Everything that rag/fitted/verifier.json holds, but for the figures on held-out pairs."""
    ours = load_pairs(split="dev") + load_pairs(split="train")
    with demo_index(exact=True) as index:
        elsewhere = cited_elsewhere(ours, index)
    pairs = ours + elsewhere + (load_pairs(public, split="dev") if public else ())
    with remembering(odds) as model:
        table = measure_pairs(pairs, NliVerifier(entailment=model, weights=UNWEIGHED))
    return {name: fit_one(name, pairs, table, _provenance(pairs)) for name in NAMES_OF}


@contextmanager
def remembering(odds: Path | None) -> Iterator[Entailment]:
    """The entailment model with what the file holds of its answers; the file has them all when it is done."""
    known = json.loads(odds.read_text(encoding="utf8")) if odds and odds.exists() else []
    folder = fetched()
    if folder is None:
        raise ModelUnavailable("fitting needs the entailment model: citewell models get nli")
    model = Entailment(folder)
    model.known = {(premise, claim): value for premise, claim, value in known}
    try:
        yield model
    finally:
        if odds:
            odds.write_text(json.dumps([[*pair, value] for pair, value in model.known.items()]), encoding="utf8")


def record(stored: dict[str, Any], public: Path | None, odds: Path | None) -> None:
    """Note the AUROC of both verifiers on the splits "test"."""
    pairs = load_pairs(split="test") + (load_pairs(public, split="test") if public else ())
    with remembering(odds) as model:
        for verifier in (LocalVerifier(), NliVerifier(entailment=model)):
            scores = np.array([support.score for support in judge_pairs(pairs, verifier)])
            stored[verifier.name]["held_out"] = _figures(pairs, scores)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and write the weights, or record the figures on held-out pairs."""
    parser = argparse.ArgumentParser(description="Fit the weights of the verifiers.")
    parser.add_argument("--public", type=Path, help="public pairs as well: their dev split, or test split to record")
    parser.add_argument("--out", type=Path, default=Path("rag/fitted/verifier.json"))
    parser.add_argument("--odds", type=Path, help="remember what the entailment model said in this file")
    parser.add_argument("--record", action="store_true", help="score the test splits with the weights as they are")
    given = parser.parse_args(arguments)
    if given.record:
        stored = json.loads(given.out.read_text(encoding="utf8"))
        record(stored, given.public, given.odds)
    else:
        stored = fit_both(given.public, given.odds)
    given.out.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf8")
    print(json.dumps(stored, indent=2))


if __name__ == "__main__":
    main()
