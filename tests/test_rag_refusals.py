"""What is refused and what is not, and what odd input does; over the real demo corpus."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from eval.gold.dataset import load_gold
from index import Index
from index.errors import InputError
from rag import Assistant
from rag.read.readings import sentence_model
from rag.refuse.abstain import gates
from rag.retrieve.spelling import looks_foreign


@pytest.fixture(scope="module")
def assistant(demo: Index) -> Assistant:
    return Assistant(demo)


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("What is the capital of Peru?", "not_in_corpus"),
        ("hi, how are you doing today?", "not_in_corpus"),
        ("batch size of ASFT", "closest"),
        ("What learning rate was used for SALSA?", "closest"),
        ("How should a model behave when it does not know the answer?", "answered"),
        ("ADPA", "answered"),
        ("Why is Varco Arena independent of reference outputs?", "answered"),
    ],
)
def test_outcomes(assistant: Assistant, question: str, outcome: str) -> None:
    answer = assistant.ask(question)
    assert answer.outcome == outcome
    # no flat refusal stands above a paper that comes near
    assert bool(answer.sentences) == (outcome != "not_in_corpus")
    assert bool(answer.nearest) == answer.abstained == (outcome != "answered")


@pytest.mark.parametrize("name", ["UNIZEB", "QuuxNet"])
def test_what_is_said_of_others_is_no_answer_about_a_name_that_no_paper_holds(assistant: Assistant, name: str) -> None:
    answer = assistant.ask(f"GPU hours of {name}")
    assert (answer.outcome, answer.reason) == ("closest", f"No abstract here names {name}; closest:")


def test_too_long_a_question_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(InputError, match="12,000 characters"):
        assistant.ask("align " * 2000)


def test_a_false_premise_meets_the_sentence_that_contradicts_it(assistant: Assistant) -> None:
    answer = assistant.ask("Why does Lion need more memory than Adam?")
    assert "less memory" in answer.sentences[0].text or "memory-efficient" in answer.sentences[0].text


def test_the_question_of_the_readme_is_answered_from_the_right_paper(assistant: Assistant) -> None:
    answer = assistant.ask("How should a model behave when it does not know the answer?")
    assert answer.citations[0].title == "Alignment for Honesty"


@pytest.mark.parametrize(
    "question", ["¿Qué es la alineación de modelos de lenguaje?", "Comment fonctionne la méthode DeAL ?", "什么是对齐?"]
)
def test_another_language_is_told_so(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.outcome == "not_in_corpus" and str(answer.reason).endswith("ask it in English.")


def test_english_questions_are_not_taken_for_another_language() -> None:
    questions = [example.question for example in load_gold(split="dev").examples]
    assert not [question for question in questions if looks_foreign(question)]


def test_without_leave_to_abstain_it_answers(demo: Index) -> None:
    assert Assistant(demo, abstain=False).ask("What is the capital of Peru?").outcome == "answered"


@pytest.mark.parametrize(
    "question",
    ["a", "x" * 10_000, "align " * 1600, 'what\'s "NEAR" - * ^ ( ) : AND', "¿Qué es esto?", "\x00\x1b[31m", "?"],
)
def test_odd_questions_get_an_answer_of_some_kind(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).text


def test_an_empty_question_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(InputError, match="the question is empty"):
        assistant.ask(" \n")


def test_a_comparison_draws_on_both_papers(assistant: Assistant) -> None:
    titles = [citation.title for citation in assistant.ask("Compare GenARM and DeAL").citations]
    assert sum(title.startswith("GenARM") for title in titles) >= 2
    assert sum(title.startswith("DeAL") for title in titles) >= 2


def test_the_fitted_files_fit_the_code_and_say_where_they_come_from() -> None:
    assert set(gates()) == {"here", "stated", "far"} and sentence_model().features
    for name in ("sentences.json", "refusals.json"):
        kept = json.loads(resources.files("rag.fitted").joinpath(name).read_text())["provenance"]
        assert kept["fitted_by"] == "make fit" and len(kept["questions"]) == 6
