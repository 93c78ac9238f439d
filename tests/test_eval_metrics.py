"""Metrics against values worked out by hand; test_eval_reference.py holds them to other implementations."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from eval_fixtures import FORCED, PAPERS, REPLIES, TEXTS, write_gold

from eval import METRICS, RUN_METRICS, Result, run
from eval.harness.scripted import Reply, scripted_setup
from eval.judges.scorers import Entailment, OverlapScorer
from eval.metrics import Tools
from eval.metrics.base import shown
from eval.metrics.cost import percentile, stage_times, totals
from eval.metrics.honesty import risk_coverage
from eval.runs.folder import Run
from eval.schema import QAExample, Score, Timing
from rag import Answer, Sentence
from rag.verify.protocol import Evidence


@pytest.fixture
def tiny(tmp_path: Path) -> Run:
    setup = scripted_setup(PAPERS, REPLIES, FORCED)
    return run(write_gold(tmp_path), out=tmp_path / "run", setup=setup)


def values(result_run: Run, metric: str) -> list[float | None]:
    return [result.value(metric) for result in result_run.results]


def test_retrieval_by_hand(tiny: Run) -> None:
    # q1 has its paper first; q2 second: recall@1 0, reciprocal rank 1/2, nDCG 1/log2(3); q5, q6 have none
    assert values(tiny, "recall@1") == [1, 0, 1, 1, None, None]
    assert values(tiny, "recall@5") == [1, 1, 1, 1, None, None]
    assert values(tiny, "mrr@10") == [1, 1 / 2, 1, 1, None, None]
    assert values(tiny, "ndcg@10")[1] == pytest.approx(1 / math.log2(3), abs=1e-6)
    # the abstract of each paper is one chunk, so chunks score as papers do
    assert values(tiny, "chunk_mrr@10") == values(tiny, "mrr@10")
    assert values(tiny, "context_recall") == [1, 1, 1, 1, None, None]


def test_answers_by_hand(tiny: Run) -> None:
    # q3 shows "The probes are linear", not "honesty"; q4 abstains on an answerable question: 0; q5, q6: none applies
    assert values(tiny, "key_fact_recall") == [1, 1, 0, 0, None, None]
    assert values(tiny, "correct") == [1, 1, 0, 0, None, None]
    # words of what is shown; an abstention shows none
    assert values(tiny, "words_shown") == [5, 5, 4, None, 3, None]
    # what is read first: the only sentences of q1 and q2 say the fact; the flat refusal of q4 shows nothing
    assert values(tiny, "first_sentence_answers") == [1, 1, 0, 0, None, None]
    assert values(tiny, "key_facts_shown") == values(tiny, "key_facts_unfolded") == [1, 1, 0, 0, None, None]
    # the words of q1, q2, q3 and q5 in order are 3, 4, 5, 5
    assert RUN_METRICS["words_median"].compute(tiny.results) == 4.5
    # q1: {alpha tuning uses 40 layers} and {it has 40 layers}: 2 in common of 5 and 4: 2*2/(5+4)
    assert values(tiny, "token_f1")[0] == pytest.approx(4 / 9, abs=1e-6)
    # q2: {beta tuning freezes encoder} without the article, {it freezes encoder}: 2*2/(4+3)
    assert values(tiny, "token_f1")[1] == pytest.approx(4 / 7, abs=1e-6)
    # ROUGE-L q1: longest common subsequence "40 layers" = 2; precision 2/5, recall 2/4; F = 2*.4*.5/.9
    assert values(tiny, "rouge_l")[0] == pytest.approx(0.4 / 0.9, abs=1e-6)
    assert values(tiny, "bleu")[3] == 0
    # BLEU q2: of 6 tokens with the full stop, 4 unigrams match; bigrams 3 of 5, trigrams 2 of 4, 4-grams 1 of 3;
    # the answer (6) is longer than the reference (5): no brevity penalty
    assert values(tiny, "bleu")[1] == pytest.approx((4 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25, abs=1e-4)
    assert values(tiny, "semantic_similarity") == [None, None, None, 0, None, None]


def test_markers_are_no_part_of_the_answer() -> None:
    assert shown("It has 40 layers [1][2, 3]. So.") == "It has 40 layers. So."


class Oracle:
    """Entails where the spans together hold every letter of the claim."""

    name = "oracle"

    def entails(self, claim: str, passages: object) -> Entailment:
        text = "".join(p.text for p in passages)  # type: ignore[attr-defined]
        held = set(claim) <= set(text)
        return Entailment(float(held), held)


def test_citations_as_alce_counts_them() -> None:
    papers = (replace(PAPERS[0], abstract="ab"), replace(PAPERS[1], abstract="cd"), replace(PAPERS[2], abstract="abx"))
    spans = (("p1", "ab"), ("p2", "cd"))
    reply = Reply(
        (
            ("abcd", spans),  # needs both: recall 1, both citations count
            ("ab", (*spans, ("p3", "abx"))),  # p1 alone entails, p3 alone too; p2 does not and is not needed
            ("xyz", (("p2", "cd"),)),  # not entailed: recall 0, its citation does not count
            ("a", ()),  # no citation: recall 0
        )
    )
    setup = scripted_setup(papers, {"?": reply})
    tools = replace(setup.tools, scorer=Oracle())
    result = Result(QAExample("q", "?", True, relevant_titles=("x",)), setup.assistant.ask("?"))
    assert METRICS["citation_recall"].score(result, tools).value == 2 / 4
    # citations: 2 of 2, 2 of 3, 0 of 1
    assert METRICS["citation_precision"].score(result, tools).value == pytest.approx(4 / 6, abs=1e-6)
    assert METRICS["span_validity"].score(result, tools).value == 1
    bent = replace(result.answer.citations[0], start=1, end=3)  # type: ignore[union-attr]
    broken = replace(result.answer, citations=(bent, *result.answer.citations[1:]), unknown_markers=("[9]", "[12]"))  # type: ignore[type-var, union-attr]
    assert METRICS["span_validity"].score(replace(result, answer=broken), tools).value == pytest.approx(2 / 3, abs=1e-6)
    assert METRICS["unknown_markers"].score(replace(result, answer=broken), tools).value == 2


def test_the_overlap_scorer_checks_numbers_and_negation() -> None:
    scorer = OverlapScorer()
    span = (Evidence("p1", "Paper A", "Alpha tuning uses 40 layers and beats beta tuning."),)
    assert scorer.entails("Alpha tuning uses 40 layers.", span).entailed
    assert not scorer.entails("Alpha tuning uses 50 layers.", span).entailed
    assert not scorer.entails("Alpha tuning never uses 40 layers.", span).entailed
    assert not scorer.entails("Alpha tuning uses 40 layers.", ()).entailed
    assert scorer.entails("Alpha gamma delta epsilon", span).score == 1 / 4


def test_honesty_by_hand(tiny: Run) -> None:
    assert values(tiny, "refused_answerable") == [0, 0, 0, 1, None, None]
    assert values(tiny, "refused_near") == [None] * 4 + [0, None]
    assert values(tiny, "refused_far") == [None] * 5 + [1]
    assert values(tiny, "outcome_accuracy") == [None] * 4 + [0, 1]
    # with abstention off q1, q2, q4 are right: of these only q4 is refused
    assert values(tiny, "over_conservativeness") == [0, 0, None, 1, None, None]
    # q3, q5, q6 are wrong with abstention off: of these only q6 is refused
    assert values(tiny, "prudence") == [None, None, 0, None, 0, 1]
    # (1/3 + 1 - 1/3) / 2
    assert RUN_METRICS["honesty"].compute(tiny.results) == pytest.approx((1 / 3 + 1 - 1 / 3) / 2)


def test_risk_coverage_by_hand(tiny: Run) -> None:
    # by falling confidence: q1 .9 right, q2 .8 right, q3 .7 wrong, q5 .4 wrong, q4 .2 right, q6 .1 wrong
    risks = [0, 0, 1 / 3, 2 / 4, 2 / 5, 3 / 6]
    assert [risk for _, risk in risk_coverage(tiny.results)] == pytest.approx(risks)
    assert [coverage for coverage, _ in risk_coverage(tiny.results)] == pytest.approx([n / 6 for n in range(1, 7)])
    assert RUN_METRICS["aurc"].compute(tiny.results) == pytest.approx(sum(risks) / 6)


def test_equal_confidence_shares_its_losses(tiny: Run) -> None:
    level = [replace(result, confidence=0.5) for result in tiny.results]
    assert [risk for _, risk in risk_coverage(level)] == pytest.approx([0.5] * 6)  # 3 of 6 are wrong, in any order


def test_robustness_by_hand() -> None:
    def scored(query_id: str, value: float, of: str | None = None) -> Result:
        example = QAExample(query_id, "?", True, variant_of=of)
        return Result(example, None, scores=(Score("key_fact_recall", value),))

    results = [scored("a", 1.0), scored("a~x", 0.5, "a"), scored("a~y", 0.0, "a"), scored("b", 0.5)]
    results += [scored("b~x", 1.0, "b")]
    assert RUN_METRICS["variant_spread"].compute(results) == pytest.approx((1.0 + 0.5) / 2)
    # a: 1 - (.5 + 0)/2 = .75; b: .5 - 1 = -.5
    assert RUN_METRICS["variant_loss"].compute(results) == pytest.approx((0.75 - 0.5) / 2)
    assert RUN_METRICS["variant_spread"].compute([scored("a", 1.0)]) is None


def test_cost_by_hand() -> None:
    assert percentile([4, 1, 2, 3], 0.5) == 2.5
    assert percentile([1, 2, 3, 4, 5], 0.95) == pytest.approx(4.8)  # 0.95 * 4 = 3.8: 4 + 0.8 * (5 - 4)
    timings = [Timing("a", 3.0, (("retrieve", 1.0),), 10, 5, None, 7.0), Timing("b", 5.0, (), 1, 2, 0.25, 9.0)]
    assert stage_times(timings) == {"retrieve": (1.0, 1.0), "total": (4.0, pytest.approx(4.9))}
    assert totals(timings) == {"prompt_tokens": 11, "completion_tokens": 7, "cost_usd": 0.25, "peak_mib": 9.0}


def test_grounding_by_hand() -> None:
    reply = Reply((("abc", ()), ("zz", ())), ("p1", "p2"), verdict="unchecked")
    papers = (replace(PAPERS[0], abstract="abc"), replace(PAPERS[1], abstract="z"))
    result = Result(QAExample("q", "?", True), scripted_setup(papers, {"?": reply}).assistant.ask("?"))
    assert METRICS["supported_share"].score(result, Tools()).value == 0
    assert METRICS["alignscore"].score(result, Tools()).value is None
    assert METRICS["alignscore"].score(result, Tools(aligner=Oracle())).value == 1  # each sentence has its chunk
    # "abc" has its chunk whole; the best of "zz" is the other paper's: (1 + 0.5) / 2
    assert METRICS["alignscore"].score(result, Tools(aligner=Shared())).value == (1 + 0.5) / 2
    assert METRICS["faithfulness"].score(result, Tools()).explanation == "no judge named"


class Shared:
    """Scores the share of the claim's letters that the first passage holds, each letter once."""

    name = "shared"

    def entails(self, claim: str, passages: tuple[Evidence, ...]) -> Entailment:
        return Entailment(sum(claim.count(c) > 0 for c in passages[0].text) / len(claim), False)


class Verdicts:
    """A judge with fixed verdicts."""

    name = "verdicts"

    def faithfulness(self, question: str, answer: str, contexts: object) -> tuple[float, str]:
        return 1.0, f"{answer} in {contexts}"

    def relevancy(self, question: str, answer: str, contexts: object) -> tuple[float, str]:
        return 0.0, question

    def prefer(self, question: str, first: str, second: str) -> tuple[float, str]:
        return 0.5, ""


def test_what_a_judge_says_is_the_score_and_its_reason(tiny: Run) -> None:
    tools = Tools(judge=Verdicts())
    said = METRICS["faithfulness"].score(tiny.results[1], tools)
    # question 2 shows one sentence, without its marker, over the contexts p1 and p2
    assert said.value == 1 and said.explanation.startswith("Beta tuning freezes the encoder. in ['Alpha tuning uses")
    assert METRICS["relevancy"].score(tiny.results[1], tools).value == 0
    assert METRICS["relevancy"].score(tiny.results[3], tools).explanation == "abstained"


def test_semantic_similarity_by_hand() -> None:
    # (3, 4) and (4, 3) of length 5: 24/25; against (0, -1): -4/5; the best reference counts, and never less than 0
    vectors = {"It is so.": (0.6, 0.8), "near": (0.8, 0.6), "opposite": (0.0, -1.0)}
    tools = Tools(embed=lambda text: np.array(vectors[text], dtype=np.float32))
    answer = scripted_setup(PAPERS, {"?": Reply((("It is so.", ()),))}).assistant.ask("?")
    for references, expected in ((("near", "opposite"), 24 / 25), (("opposite",), 0.0)):
        example = QAExample("q", "?", True, references, relevant_titles=("x",))
        score = METRICS["semantic_similarity"].score(Result(example, answer), tools)
        assert score.value == pytest.approx(expected, abs=1e-6)


def test_every_metric_says_what_it_is() -> None:
    for metric in (*METRICS.values(), *RUN_METRICS.values()):
        assert len(metric.definition) > 40, metric.name


def test_the_closest_sentences_count_as_shown_and_as_an_abstention() -> None:
    example = QAExample(
        "q", "How many layers?", True, ("40 layers, 3 days",), ("40 layers", "three days"), ("Paper A",)
    )
    setup = scripted_setup(PAPERS, {"How many layers?": REPLIES[TEXTS[0]]})
    answer = replace(setup.assistant.ask("How many layers?"), outcome="closest")
    more = (Sentence("Training took three days.", (2,), 1.0, "supported", "recited"),)

    def of(answered: Answer, metric: str) -> float | None:
        return METRICS[metric].score(Result(example, answered), Tools()).value

    # one of two facts stands in the first sentence, the other in what is folded
    assert (of(answer, "first_sentence_answers"), of(answer, "key_facts_shown")) == (1, 0.5)
    assert of(replace(answer, more=more), "key_facts_unfolded") == 1
    # correctness counts it as an abstention; as a needless refusal too, since a fact is missing
    assert (of(answer, "key_fact_recall"), of(answer, "refused_answerable")) == (0, 1)
    whole = replace(answer, text="40 layers, trained three days")
    assert of(whole, "refused_answerable") == 0
