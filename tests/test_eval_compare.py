"""Comparison: the arithmetic, the error rate on null pairs, and regressions that were planted."""

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest
from eval_fixtures import PAPERS, REPLIES, TEXTS, write_gold

from eval import Result, Run, compare, run
from eval.compare import paired_test
from eval.schema import QAExample, Score
from eval.scripted import Reply, scripted_setup
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


def test_of_100_null_pairs_at_most_10_are_flagged() -> None:
    draw = random.Random(11)
    names = ("key_fact_recall", "citation_recall", "mrr@10")
    flagged = 0
    for number in range(100):
        # two set-ups of unlike strength; each question's pair of scores is swapped at random, so neither is better
        pairs = []
        for _ in range(60):
            weak, strong = [draw.random() < 0.6 for _ in names], [draw.random() < 0.75 for _ in names]
            pairs.append((weak, strong) if draw.random() < 0.5 else (strong, weak))
        a = of_scores("a", {name: [float(p[0][i]) for p in pairs] for i, name in enumerate(names)})
        b = of_scores("b", {name: [float(p[1][i]) for p in pairs] for i, name in enumerate(names)})
        flagged += any(d.significant for d in compare(a, b, metrics=names, seed=number))
    assert flagged <= 10


def many(folder: Path) -> tuple[Path, tuple[object, ...], dict[str, Reply]]:
    """Twenty-four questions over as many papers; the second of two contexts is the relevant one for half of them."""
    papers = tuple(replace(PAPERS[0], paper_id=f"p{n}", title=f"T{n}", abstract=f"Fact {n} holds.") for n in range(24))
    rows, replies = [], {}
    for n in range(24):
        text = f"What is fact {n}?"
        rows.append(
            {
                "query_id": f"q{n}",
                "question": text,
                "answerable": True,
                "relevant_titles": [f"T{n}"],
                "key_facts": [rf"fact {n}\b"],
                "reference_answers": [f"Fact {n}."],
            }
        )
        order = (f"p{n}", f"p{(n + 1) % 24}") if n % 2 else (f"p{(n + 1) % 24}", f"p{n}")
        said = tuple((f"Fact {p[1:]} holds.", ((p, f"Fact {p[1:]} holds."),)) for p in order)
        replies[text] = Reply(said, order)
    return write_gold(folder, rows), papers, replies


def regression(folder: Path, change: object) -> dict[str, bool]:
    gold, papers, replies = many(folder)
    first = run(gold, out=folder / "a", setup=scripted_setup(papers, replies))  # type: ignore[arg-type]
    changed = {text: change(n, reply) for n, (text, reply) in enumerate(replies.items())}  # type: ignore[operator]
    second = run(gold, out=folder / "b", setup=scripted_setup(papers, changed))  # type: ignore[arg-type]
    return {d.metric: d.worse for d in compare(first, second)}


def test_a_smaller_top_k_is_found(tmp_path: Path) -> None:
    worse = regression(tmp_path, lambda n, r: replace(r, sentences=r.sentences[:1], found=r.found[:1]))
    assert worse["key_fact_recall"] and worse["context_recall"]


def test_a_verifier_that_is_off_is_found(tmp_path: Path) -> None:
    # without the check, sentences that the citations do not bear get through
    def unchecked(n: int, reply: Reply) -> Reply:
        return replace(reply, sentences=(*reply.sentences, ("Nobody said this before.", reply.sentences[0][1])))

    worse = regression(tmp_path, unchecked)
    assert worse["citation_recall"] and not worse["key_fact_recall"]


def test_a_shuffled_index_is_found(tmp_path: Path) -> None:
    worse = regression(
        tmp_path, lambda n, r: replace(r, sentences=(), found=tuple(f"p{(n + 7 + i) % 24}" for i in (0, 1)))
    )
    assert worse["mrr@10"] and worse["recall@5"] and worse["key_fact_recall"]


def test_runs_of_other_questions_are_not_compared(tmp_path: Path) -> None:
    a = of_scores("a", {"correct": [1, 1]})
    with pytest.raises(InputError, match="asked different questions"):
        compare(a, of_scores("b", {"correct": [1, 1, 1]}))
    with pytest.raises(UnknownName, match="unknown metric"):
        compare(a, a, metrics=["corect"])
    done = run(write_gold(tmp_path), out=tmp_path / "r", setup=scripted_setup(PAPERS, REPLIES))
    assert not any(d.significant for d in compare(done, done))
    assert len(TEXTS) == 6
