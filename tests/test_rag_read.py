"""The reader that ships: it tells an abstract that answers from others, points at the sentence, and is repeatable."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from index import Index
from index.errors import ModelUnavailable
from rag.question.kind import understand
from rag.read.reader import MAX_TOKENS, Reader, shipped
from rag.read.readings import FEATURES, FIRST, PAPERS, cover, logit, measure, weigh
from rag.retrieve.retriever import Retriever, Term

LAKES = (
    "Earlier melting of lake ice",
    ("We measured ice on forty lakes for a decade.", "The ice melts nine days earlier than it did before."),
)
BREAD = ("Yeasts of rye sourdough", ("Sourdough of rye holds twelve species of yeast.", "Warm starters rise faster."))
QUESTION = "By how many days does the melting of lake ice come earlier?"


def test_it_knows_which_abstract_answers_and_by_which_sentence() -> None:
    lakes, bread = shipped().answer(QUESTION, [LAKES, BREAD])
    assert lakes.answers > 0.5 > bread.answers
    assert lakes.sentences[1] > lakes.sentences[0] and len(bread.sentences) == 2


def test_what_stands_beside_an_abstract_changes_nothing() -> None:
    alone = shipped().answer(QUESTION, [LAKES])
    assert shipped().answer(QUESTION, [BREAD, LAKES, LAKES])[1:] == (*alone, *alone)


def test_a_sentence_beyond_the_readers_length_is_not_one_that_answers() -> None:
    long = ("Tides", (" tide" * MAX_TOKENS, "The ice melts nine days earlier."))
    assert shipped().answer(QUESTION, [long])[0].sentences[1] < 0.01
    assert shipped().answer(QUESTION, [("A title alone", ())])[0].sentences == ()


def test_evidence_supports_a_claim_that_it_states() -> None:
    right, wrong = shipped().support(
        ["The ice of lakes melts nine days earlier.", "Rye sourdough holds twenty species of bacteria."],
        [LAKES[1], LAKES[1]],
    )
    assert right > 0.5 > wrong


def test_a_model_that_is_not_the_one_described_is_not_loaded(tmp_path: Path) -> None:
    for name in ("reader.json", "tokenizer.json"):
        shutil.copy(Path(str(resources.files("rag.read").joinpath(name))), tmp_path)
    (tmp_path / "reader.onnx").write_bytes(b"another")
    with pytest.raises(ModelUnavailable, match=r"reader\.onnx has sha256"):
        Reader(tmp_path)


def test_every_sentence_of_the_papers_read_is_measured(demo: Index) -> None:
    question = understand("What is the Alignment Quality Index?")
    found = Retriever(demo).look(question.text)
    candidates, table, answers = measure(question, found, 2, shipped())
    sentences = sum(len(found.views[hit.paper.paper_id].usable()) for hit in found.hits[:2])
    assert table.shape == (sentences, len(FEATURES)) and len(candidates) == sentences and len(answers) == 2
    readings = weigh(question, found)
    assert np.all((readings.scores > 0) & (readings.scores < 1))
    assert readings.scores[readings.ranking()[0]] == readings.scores.max()


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("What is the Alignment Quality Index?", FIRST),  # the first paper answers: it and the second are enough
        ("What is the capital of Peru?", PAPERS),  # none does: all four are looked at
        ("Compare GenARM and DeAL", PAPERS),  # a paper that is named may come third
    ],
)
def test_more_papers_are_read_only_while_none_is_likely_to_answer(demo: Index, asked: str, read: int) -> None:
    question = understand(asked)
    assert len(weigh(question, Retriever(demo).look(question.text)).answers) == read


def test_cover_and_logit_by_hand() -> None:
    terms = (Term("ice", "ice", 3, 2.0), Term("melts", "melt", 1, 0.5), Term("fish", "fish", 0, 1.0))
    assert cover(terms, frozenset({"ice", "melt", "lake"})) == 2.5
    # half is no evidence either way; certainty is held at ±9
    assert logit(0.5) == 0 and round(logit(1.0), 2) == 9.0 and round(logit(0.0), 2) == -9.0


def test_the_models_description_tells_its_training_and_licence() -> None:
    folder = resources.files("rag.read")
    about = json.loads(folder.joinpath("reader.json").read_text(encoding="utf-8"))
    assert about["training_data"] and about["figures"]
    assert f"# {about['name']}" in folder.joinpath("MODEL_CARD.md").read_text(encoding="utf-8")
