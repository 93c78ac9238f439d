"""What a question wants, by its words; typing errors; follow-ups."""

from __future__ import annotations

import pytest

from index import Index
from rag import Assistant
from rag.question.description import as_question
from rag.question.kind import understand
from rag.retrieve.spelling import Speller
from rag.text.words import content, names, numbers


@pytest.mark.parametrize(
    "text",
    [
        "Which papers mention GRPO?",
        "how many of the papers are surveys?",
        "list everything about music",
        "papers on speech",
    ],
)
def test_corpus_questions(text: str) -> None:
    assert understand(text).corpus


@pytest.mark.parametrize(
    "text", ["Which paper introduces ADPA?", "What do the papers disagree on?", "How does DPO work?"]
)
def test_no_corpus_questions(text: str) -> None:
    assert not understand(text).corpus


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("when was Magpie published?", ("date",)),
        ("How many authors does it have?", ("authors_count",)),
        ("who wrote ADPA", ("authors",)),
        ("Which organisation is behind it?", ("organisation",)),
        ("on which listing pages does it appear?", ("pages",)),
        ("when was ASFT published and how many authors has it?", ("date", "authors_count")),
        ("How many people were asked?", ()),
        ("When does importance sampling overfit?", ()),
    ],
)
def test_metadata_questions(text: str, attributes: tuple[str, ...]) -> None:
    assert understand(text).attributes == attributes


def test_words_names_and_numbers() -> None:
    assert list(content("How do the authors align small models?").values()) == ["align", "small", "models"]
    assert names("ADPA beats GPT-4o and mBLIP on D^2O, says Anna") == {"adpa", "gpt-4o", "mblip", "d^2o"}
    assert numbers("14% of 12,000 with GPT-4 and 200k") == ("14%", "12,000", "200k")


def test_typing_errors_are_set_right_by_the_vocabulary(demo: Index) -> None:
    speller = Speller(demo)
    assert speller.correct("protien fitnes benchmrak")[0] == "protein fitness benchmark"
    assert speller.correct("wich languges")[1] == (("wich", "which"), ("languges", "languages"))
    assert speller.correct("Can my parrot eat avocado with GRPPO?")[1] == ()
    assert speller.relative("behave") is not None and speller.relative("zebra") is None


@pytest.mark.parametrize(
    "text",
    [
        "Summarise ADPA in two sentences.",
        "give me a short, one-sentence summary of ADPA please",
        "Could you please describe the method ADPA briefly?",
        "tell us more about “ADPA”",
        "TL;DR: ADPA",
        "I'd like an overview of ADPA for a newcomer",
    ],
)
def test_a_request_to_be_told_of_a_thing_is_a_question_about_it(text: str) -> None:
    assert as_question(text) == "What is ADPA?"


@pytest.mark.parametrize(
    "text",
    ["What is ADPA?", "explain how DPO works", "Is the summary of X good?", "TL;DR shrinks CC3M how?", "summary"],
)
def test_any_other_question_stays_as_it_is(text: str) -> None:
    assert as_question(text) == text


def test_a_summary_of_a_method_is_answered(demo: Index) -> None:
    answer = Assistant(demo).ask("give me a one sentence summary of OneEncoder")
    assert answer.outcome == "answered" and answer.question.startswith("give me")
    assert {citation.title[:10] for citation in answer.citations} == {"OneEncoder"}
