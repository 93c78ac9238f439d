"""What fits the weights that rag ships: the same data give the same model, and a sign that is asked for is kept."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from eval.fit.__main__ import main, settle
from eval.fit.corpora import FIELDS, fields
from eval.fit.logistic import fit
from rag.fitted.logistic import from_json


def test_logistic_regression_finds_the_line() -> None:
    table = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
    model = fit(table, np.array([0.0, 0.0, 1.0, 1.0]), ("x", "constant"), l2=0.1)
    p = from_json(model.to_json()).predict(table)
    # symmetric data: the boundary lies in the middle, at x = 1.5, and the constant has no say
    assert p[0] < p[1] < 0.5 < p[2] < p[3] and abs(p[1] + p[2] - 1) < 1e-3 and abs(model.weights[1]) < 1e-6


def test_without_a_penalty_the_log_odds_are_those_of_the_counts() -> None:
    # One of four is true at x = 0, three of four at x = 1: log odds ln(1/3) and ln 3; mean and deviation of x are 1/2.
    table = np.array([[0.0]] * 4 + [[1.0]] * 4)
    labels = np.array([1.0, 0, 0, 0, 1, 1, 1, 0])
    model = fit(table, labels, ("x",), l2=1e-9)
    assert (model.weights[0], model.bias) == pytest.approx((math.log(3), 0), abs=1e-6)
    # The true one at x = 0 counted three times: even odds there, and a step of ln 3 to the other side.
    weighed = fit(table, labels, ("x",), weight=np.array([3.0, 1, 1, 1, 1, 1, 1, 1]), l2=1e-9)
    assert weighed.predict(table[[0, -1]]) == pytest.approx([1 / 2, 3 / 4], abs=1e-6)


def test_a_feature_that_pulls_against_its_sign_is_left_out_and_the_rest_fitted_without_it() -> None:
    table = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 3.0], [3.0, 1.0], [4.0, 2.0], [5.0, 4.0]])
    labels = np.array([0.0, 1, 0, 1, 1, 1])
    free = fit(table, labels, ("a", "b"))
    assert free.weights[0] > 0 > free.weights[1]
    held = fit(table, labels, ("a", "b"), signs={"a": 1, "b": 1})
    alone = fit(table[:, :1], labels, ("a",))
    assert held.weights[1] == 0 and held.weights[0] == alone.weights[0] and held.bias == alone.bias


def test_the_same_rows_give_the_same_file() -> None:
    random = np.random.default_rng(0)
    table, labels = random.normal(size=(50, 3)), (random.random(50) > 0.5).astype(float)
    assert fit(table, labels, "abc").to_json() == fit(table, labels, "abc").to_json()


def test_a_file_that_does_not_come_out_again_is_told_and_replaced_only_where_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "weights.json"
    assert not settle(file, "1\n", write=False) and not file.exists()
    assert not settle(file, "1\n", write=True) and settle(file, "1\n", write=False)
    assert not settle(file, "2\n", write=False) and file.read_text() == "1\n"
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == [
        "DIFFERS",
        "written",
        "reproduced",
        "DIFFERS",
    ]


def test_an_unknown_fit_is_wrong_usage_that_lists_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["verifier"])
    assert stop.value.code == 2 and "followups, lists, retrieval, reading, verifiers" in capsys.readouterr().err


@pytest.mark.long
def test_each_question_of_the_other_fields_is_answered_by_its_paper(shared: Path, tmp_path: Path) -> None:
    found = fields(shared / "reading", tmp_path)
    assert tuple(found) == FIELDS
    for file, posed in found.values():
        papers = {row["title"]: row["abstract"] for row in map(json.loads, file.read_text("utf-8").splitlines())}
        assert len(papers) > 180 and len(posed) >= 160
        for one in posed:
            (title,) = one.titles
            facts = [re.search(fact, papers[title], re.IGNORECASE) for fact in one.key_facts]
            assert any(facts) if one.kind == "answerable" else not facts, one.question
