"""The stronger scorers: what they make of a model's answer, and that a missing number outweighs it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index.errors import BadResponse, ModelUnavailable
from rag.llms import ScriptedLLM
from rag.verify.by_model import CrossEncoderVerifier, JudgeVerifier
from rag.verify.factory import get_verifier
from rag.verify.protocol import Evidence

CITED = (Evidence("p", "A paper on KTO", "KTO gains 4.5% on two tasks."),)
CLAIM = "KTO gains 4.5% on two tasks."


class Encoder:
    """A cross-encoder that gives the same row for every pair."""

    def __init__(self, *row: float, labels: dict[int, str] | None = None) -> None:
        self.row = row
        self.config = SimpleNamespace(id2label=labels or {})

    def predict(self, pairs: list[tuple[str, str]]) -> Any:
        return np.array([self.row if len(self.row) > 1 else self.row[0]] * len(pairs))


def test_a_single_score_is_a_probability_or_a_logit() -> None:
    assert CrossEncoderVerifier("m", Encoder(0.8)).check(CLAIM, CITED).score == pytest.approx(0.8)
    # a logit of 3: 1 / (1 + e^-3) = 0.9526
    assert CrossEncoderVerifier("m", Encoder(3.0)).check(CLAIM, CITED).score == pytest.approx(0.9526, abs=1e-4)


def test_of_three_classes_entailment_counts() -> None:
    labels = {0: "contradiction", 1: "entailment", 2: "neutral"}
    # e^2 / (e^0 + e^2 + e^0) = 7.389 / 9.389 = 0.787
    found = CrossEncoderVerifier("m", Encoder(0.0, 2.0, 0.0, labels=labels)).check(CLAIM, CITED)
    assert found.score == pytest.approx(0.787, abs=1e-3) and found.verdict == "supported"
    with pytest.raises(BadResponse, match="no class named 'entailment'"):
        CrossEncoderVerifier("m", Encoder(0.1, 0.9, labels={0: "x", 1: "y"})).check(CLAIM, CITED)
    with pytest.raises(BadResponse, match="not a number"):
        CrossEncoderVerifier("m", Encoder(float("nan"))).check(CLAIM, CITED)


def test_no_model_outweighs_a_missing_number_or_name() -> None:
    sure = CrossEncoderVerifier("m", Encoder(0.99))
    assert sure.check(CLAIM.replace("4.5", "5.4"), CITED).verdict == "contradicted"
    assert sure.check(CLAIM.replace("KTO", "DPO"), CITED).verdict == "unchecked"
    assert sure.check(CLAIM, ()).score == 0


def test_a_model_that_is_not_there_is_one_line() -> None:
    with pytest.raises(ModelUnavailable, match="no/such-model"):
        get_verifier("cross-encoder:no/such-model").check(CLAIM, CITED)


@pytest.mark.parametrize(
    ("answer", "score", "verdict"),
    [
        ('{"supported": true, "probability": 0.9}', 0.9, "supported"),
        ('Sure! {"supported": false, "probability": 0.1}', 0.1, "unchecked"),
        ('{"supported": false, "probability": 0.9}', 0.495, "unchecked"),  # it contradicts itself: never supported
        ('{"supported": "false", "probability": 0.9}', 0.495, "unchecked"),
    ],
)
def test_a_judge_is_read(answer: str, score: float, verdict: str) -> None:
    found = JudgeVerifier(ScriptedLLM(answer)).check(CLAIM, CITED)
    assert found.score == pytest.approx(score) and found.verdict == verdict


@pytest.mark.parametrize("answer", ["yes", "{}", '{"supported": true, "probability": 7}', '{"probability": "x"}', "{"])
def test_a_judge_that_gives_no_probability_is_an_error(answer: str) -> None:
    with pytest.raises(BadResponse, match="no probability"):
        JudgeVerifier(ScriptedLLM(answer)).check(CLAIM, CITED)
