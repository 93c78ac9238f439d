"""Fit the verifiers "local" and "nli" on our own pairs of a claim and a span, and record how good they are.

``python -m eval.fit.verifiers --nli FOLDER`` fits "nli" as well, with the entailment model in the folder, and writes
rag/fitted/verifier.json: it asks the model twelve hundred times. `make fit` repeats "local" alone.

Only pairs of the splits "dev" and "train" are fitted on, and of them those that the hard checks leave open. A conflict
only lowers the probability. The threshold is where CHANGED of the pairs that were changed in one thing pass.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit import logistic
from eval.fit.shipped import as_text, place
from eval.judges.agreement import grouped_auroc
from eval.judges.pairs import LabelledPair, load_pairs
from index import Index
from rag.fitted.logistic import Logistic, stored
from rag.verify.entailment import Entailment
from rag.verify.local import LocalVerifier
from rag.verify.nli import NliVerifier
from rag.verify.protocol import Evidence
from rag.verify.weights import NAMES_OF

CHANGED = 0.05
PENALTY = 0.01
FOLDS = 7
Table = NDArray[np.float64]


def fitted(index: Index) -> dict[str, Any]:
    """The fit of "local"; what the file holds of "nli" stays."""
    return {"verifier.json": {**stored("verifier.json"), "local": fit_one("local", LocalVerifier())}}


def fit_one(name: str, verifier: LocalVerifier) -> dict[str, Any]:
    """What rag/fitted/verifier.json holds of one verifier."""
    pairs, test = load_pairs(split="dev") + load_pairs(split="train"), load_pairs(split="test")
    table = features(pairs, verifier)
    crossed = cross_validate(table, pairs, NAMES_OF[name])
    changed = np.array([not pair.supported for pair in pairs])
    model = fit(table, pairs, NAMES_OF[name])
    return {
        "provenance": _provenance(pairs, verifier.name),
        "cross_validated": _figures(pairs, crossed),
        "held_out": _figures(test, probabilities(features(test, verifier), model)),
        "threshold": round(float(np.quantile(crossed[changed], 1 - CHANGED)), 4),
        "model": model.to_json(),
    }


def features(pairs: Sequence[LabelledPair], verifier: LocalVerifier) -> Table:
    """What the verifier weighs of every pair, one row each; of a pair that the checks settle NaN."""
    return np.array([verifier.features(p.claim, (Evidence(p.pair_id, p.title, p.passage),)) for p in pairs])


def fit(table: Table, pairs: Sequence[LabelledPair], names: Sequence[str]) -> Logistic:
    """The model of the pairs that are open, supported ones and others counting alike."""
    labels = np.array([pair.supported for pair in pairs], dtype=np.float64)
    use = ~np.isnan(table[:, 0])
    share = np.where(labels > 0.5, labels[use].sum(), (1 - labels[use]).sum())
    signs = {name: 1 if name == "read" else -1 for name in names}
    return logistic.fit(table[use], labels[use], names, weight=use.sum() / 2 / share[use], l2=PENALTY, signs=signs)


def probabilities(table: Table, model: Logistic) -> Table:
    """The probability of support of each row, 0 where the checks forbid it."""
    settled = np.isnan(table[:, 0])
    return np.asarray(np.where(settled, 0.0, model.predict(np.nan_to_num(table))))


def cross_validate(table: Table, pairs: Sequence[LabelledPair], names: Sequence[str]) -> Table:
    """Probabilities of the pairs, each from a fit that saw no pair of the same paper."""
    titles = sorted({pair.title for pair in pairs})
    order = np.random.default_rng(0).permutation(len(titles))
    fold = {titles[at]: place % FOLDS for place, at in enumerate(order)}
    found = np.zeros(len(pairs))
    for part in range(FOLDS):
        held = np.array([fold[pair.title] == part for pair in pairs])
        kept = [pair for pair, out in zip(pairs, held, strict=True) if not out]
        found[held] = probabilities(table[held], fit(table[~held], kept, names))
    return found


def _figures(pairs: Sequence[LabelledPair], scores: Table) -> dict[str, float]:
    return {g.group: round(g.auroc, 3) for g in grouped_auroc(pairs, scores) if g.auroc is not None}


def _provenance(pairs: Sequence[LabelledPair], name: str) -> str:
    digest = hashlib.sha256("\n".join(f"{p.claim}\t{p.passage}\t{p.supported}" for p in pairs).encode()).hexdigest()
    told = "make fit" if name == "local" else "python -m eval.fit.verifiers --nli FOLDER"
    return f"{told}: {len(pairs)} of our pairs (sha256 {digest[:16]}), {CHANGED:.0%} of the changed ones pass"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit "nli", and write it."""
    parser = argparse.ArgumentParser(description="Fit the verifier nli with the entailment model in a folder.")
    parser.add_argument("--nli", type=Path, required=True, help="the folder: *.onnx, tokenizer.json, config.json")
    given = parser.parse_args(arguments)
    found = fit_one("nli", NliVerifier(Entailment(given.nli)))
    place("verifier.json").write_text(as_text({**stored("verifier.json"), "nli": found}), encoding="utf8")
    print(as_text(found))


if __name__ == "__main__":
    main()
