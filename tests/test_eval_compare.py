"""Comparison: the arithmetic; test_eval_regressions.py holds it to real runs."""

import itertools
import random
from pathlib import Path

import pytest
from eval_fixtures import PAPERS, REPLIES, TEXTS, write_gold

from eval import Result, Run, compare, run
from eval.harness.scripted import scripted_setup
from eval.report.compare import paired_test
from eval.schema import QAExample, Score
from index.errors import InputError, UnknownName


def of_scores(name: str, metrics: dict[str, list[float]]) -> Run:
    count = len(next(iter(metrics.values())))
    results = tuple(
        Result(
            QAExample(f"q{n}", "?", True),
            None,
            scores=tuple(Score(metric, values[n]) for metric, values in metrics.items()),
        )
        for n in range(count)
    )
    return Run(Path(name), {"gold": {"sha256": "x"}, "settings": {}}, results, ())


def test_differences_by_hand() -> None:
    # five questions, B better on four, worse on one: differences 1, 1, 1, 1, -1; mean .6
    a = of_scores("a", {"correct": [0, 0, 0, 0, 1]})
    b = of_scores("b", {"correct": [1, 1, 1, 1, 0]})
    (found,) = compare(a, b, metrics=["correct"])
    assert (found.a, found.b, found.wins, found.losses) == (0.2, 0.8, 4, 1)
    assert [flip[0] for flip in found.flips] == ["q0", "q1", "q2", "q3", "q4"]
    # of the 32 sign patterns, |sum| >= 3 in 2 (all alike) + 2 * 5 (one differs) = 12
    assert found.p == pytest.approx(12 / 32)
    assert not found.significant


def test_the_permutation_test_agrees_with_counting_every_sign() -> None:
    draw = random.Random(5)
    for _ in range(8):
        deltas = [draw.choice((-1.0, -0.5, 0.0, 0.5, 1.0)) for _ in range(7)]
        seen = abs(sum(deltas))
        signs = list(itertools.product((1, -1), repeat=len(deltas)))
        share = sum(abs(sum(s * d for s, d in zip(sign, deltas, strict=True))) >= seen - 1e-9 for sign in signs)
        assert paired_test(deltas)[2] == pytest.approx(share / len(signs)) or not any(deltas)
    assert paired_test([0.0, 0.0])[2] == 1


def test_holm_by_hand() -> None:
    # six questions, all of them won: p = 2/64 = .03125; tested twice: .0625; alone it is flagged
    a, b = (
        of_scores("a", {"correct": [0] * 6, "mrr@10": [0] * 6}),
        of_scores("b", {"correct": [1] * 6, "mrr@10": [1] * 6}),
    )
    alone = compare(a, b, metrics=["correct"])[0]
    both = compare(a, b, metrics=["correct", "mrr@10"])
    assert alone.adjusted == pytest.approx(2 / 64) and alone.significant
    assert [d.adjusted for d in both] == pytest.approx([4 / 64, 4 / 64])


def test_runs_of_other_questions_are_not_compared(tmp_path: Path) -> None:
    a = of_scores("a", {"correct": [1, 1]})
    with pytest.raises(InputError, match="asked different questions"):
        compare(a, of_scores("b", {"correct": [1, 1, 1]}))
    with pytest.raises(UnknownName, match="unknown metric"):
        compare(a, a, metrics=["corect"])
    done = run(write_gold(tmp_path), out=tmp_path / "r", setup=scripted_setup(PAPERS, REPLIES))
    assert not any(d.significant for d in compare(done, done))
    assert len(TEXTS) == 6
