"""Metrics and statistics against other implementations, on random inputs."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from eval_fixtures import PAPERS

from eval import METRICS, Result
from eval.harness.scripted import Reply, scripted_setup
from eval.metrics import Tools
from eval.metrics.answer import f1
from eval.metrics.cost import percentile
from eval.metrics.honesty import risk_coverage
from eval.metrics.retrieval import measure
from eval.report.summary import mean_interval
from eval.schema import QAExample
from index.embedding.fake import FakeEmbedder

WORDS = ["cat", "dog", "sun", "map", "box", "pen"]


def test_retrieval_agrees_with_plain_arithmetic_on_random_rankings() -> None:
    draw = random.Random(7)
    for _ in range(40):
        items = [f"d{n}" for n in range(20)]
        retrieved = draw.sample(items, draw.randrange(1, 20))
        relevant = draw.sample(items, draw.randrange(1, 6))
        gains = [item in relevant for item in retrieved]
        k = draw.choice((1, 5, 10))
        assert measure("R", k, relevant, retrieved) == pytest.approx(sum(gains[:k]) / len(relevant))
        first = next((1 / (rank + 1) for rank, gain in enumerate(gains[:k]) if gain), 0)
        assert measure("RR", k, relevant, retrieved) == pytest.approx(first)
        dcg = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains[:k]))
        best = sum(1 / math.log2(rank + 2) for rank in range(min(k, len(relevant))))
        assert measure("nDCG", k, relevant, retrieved) == pytest.approx(dcg / best)
    assert measure("R", 5, ["a"], []) == 0


def test_rouge_and_bleu_agree_with_plain_implementations_on_random_words() -> None:
    def longest(a: list[str], b: list[str]) -> int:
        table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
        return table[-1][-1]

    from nltk.translate.bleu_score import sentence_bleu

    draw = random.Random(3)
    example = QAExample("q", "?", True, relevant_titles=("x",))
    words = ["cat", "dog", "sun", "map", "box", "pen"]
    for _ in range(25):
        ours, theirs = draw.choices(words, k=draw.randrange(4, 9)), draw.choices(words, k=draw.randrange(4, 9))
        setup = scripted_setup(PAPERS, {"?": Reply(((" ".join(ours), ()),))})
        result = Result(replace(example, reference_answers=(" ".join(theirs),)), setup.assistant.ask("?"))
        common = longest(ours, theirs)
        p, r = common / len(ours), common / len(theirs)
        expected = 2 * p * r / (p + r) if common else 0
        assert METRICS["rouge_l"].score(result, Tools()).value == pytest.approx(expected, abs=1e-6)
        counts = sum(min(ours.count(w), theirs.count(w)) for w in words)
        assert f1(" ".join(ours), " ".join(theirs)) == pytest.approx(2 * counts / (len(ours) + len(theirs)))
        bleu = METRICS["bleu"].score(result, Tools()).value
        grams = {tuple(theirs[i : i + 4]) for i in range(len(theirs) - 3)}
        if any(tuple(ours[i : i + 4]) in grams for i in range(len(ours) - 3)):  # no smoothing is needed
            assert bleu == pytest.approx(sentence_bleu([theirs], ours), abs=1e-4)


def test_token_f1_is_rouge_1_where_words_are_plain() -> None:
    from rouge_score.rouge_scorer import RougeScorer

    draw, scorer = random.Random(5), RougeScorer(["rouge1"])
    for _ in range(40):
        ours, theirs = (" ".join(draw.choices(WORDS, k=draw.randrange(1, 9))) for _ in range(2))
        assert f1(ours, theirs) == pytest.approx(scorer.score(theirs, ours)["rouge1"].fmeasure)


def test_semantic_similarity_is_the_cosine_of_sklearn() -> None:
    pairwise = pytest.importorskip("sklearn.metrics.pairwise")
    draw, embedder = random.Random(6), FakeEmbedder()
    for _ in range(20):
        ours, theirs = (" ".join(draw.choices(WORDS, k=4)) for _ in range(2))
        answer = scripted_setup(PAPERS, {"?": Reply(((ours, ()),))}).assistant.ask("?")
        example = QAExample("q", "?", True, (theirs,), relevant_titles=("x",))
        value = METRICS["semantic_similarity"].score(Result(example, answer), Tools(embed=embedder.embed_query)).value
        raw = [embedder.embed_query(text)[None] * 3 for text in (ours, theirs)]  # lengths do not count
        assert value == pytest.approx(max(0.0, float(pairwise.cosine_similarity(*raw)[0, 0])), abs=1e-5)


def test_percentiles_are_those_of_numpy() -> None:
    draw = random.Random(8)
    for _ in range(30):
        values = [draw.random() for _ in range(draw.randrange(1, 30))]
        share = draw.random()
        assert percentile(values, share) == pytest.approx(float(np.quantile(values, share)))


def test_intervals_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    draw = np.random.default_rng(9)
    for _ in range(5):
        values = draw.random(80)
        found = stats.bootstrap((values,), np.mean, n_resamples=5000, method="percentile", rng=draw)
        low, high = mean_interval(list(values), resamples=5000)
        assert (low, high) == pytest.approx(tuple(found.confidence_interval), abs=0.012)  # two draws of resamples


def test_risk_is_one_minus_the_precision_of_sklearn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    draw = random.Random(10)
    right, wrong = Reply((("yes", ()),)), Reply((("no", ()),))
    for _ in range(10):
        results = []
        for n in range(30):
            answer = scripted_setup(PAPERS, {"?": draw.choice((right, wrong))}).assistant.ask("?")
            example = QAExample(f"q{n}", "?", True, key_facts=("yes",), relevant_titles=("x",))
            results.append(Result(example, answer, answer, confidence=draw.random()))
        good = [result.answer.text == "yes" for result in results]  # type: ignore[union-attr]
        sure = [result.confidence or 0.0 for result in results]
        risks = [risk for _, risk in risk_coverage(results)]
        precision, _, thresholds = metrics.precision_recall_curve(good, sure)
        for precise, threshold in zip(precision, thresholds, strict=False):
            answered = sum(confidence >= threshold for confidence in sure)
            assert risks[answered - 1] == pytest.approx(1 - precise)
        assert len(thresholds) > 5
