"""A "no" to an English question says when the library holds papers in other languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Index, open_index, sync
from rag import Assistant
from rag.text.language import in_another_language, in_english
from rag.verify import Evidence, LocalVerifier

PORTUGUESE = (
    "Medimos a salinidade de trinta poços perto da costa durante dois anos. A água ficou mais salgada no verão e "
    "voltou ao valor antigo depois das chuvas de outono."
)
ENGLISH = "We weighed the eggs of forty hens each morning. Hens that slept near the door laid smaller eggs."


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (ENGLISH, True),
        (PORTUGUESE, False),
        ("Мы измерили соль в воде тридцати колодцев у моря.", False),
        ("BLEU 41.2, METEOR 33.0", True),  # too short to tell
    ],
)
def test_a_language_is_told_by_letters_and_function_words(text: str, english: bool) -> None:
    assert in_english(text) == english


def test_every_demo_abstract_is_in_english(demo: Index) -> None:
    assert all(in_english(paper.abstract) for paper in demo.papers())


@pytest.mark.parametrize(
    ("claim", "text", "other"),
    [
        ("The salt of the wells rose by 30 percent.", PORTUGUESE, True),
        ("A água ficou mais salgada.", PORTUGUESE, False),
        ("Hens near the door laid smaller eggs.", ENGLISH, False),
        (PORTUGUESE, ENGLISH, True),
        ("ADPA, DPO, SimPO", PORTUGUESE, False),  # no function word: nothing tells
    ],
)
def test_two_languages_are_told_apart(claim: str, text: str, other: bool) -> None:
    assert in_another_language(claim, text) == other


def test_a_sentence_on_a_paper_in_another_language_is_said_to_be_that_not_to_be_wrong() -> None:
    held = PORTUGUESE.replace("trinta poços", "trinta poços (30 por cento a mais)")
    for claim in ("The salt of the wells rose by 30 percent.", "The wells near the coast were tasted by many."):
        (found,) = LocalVerifier().check_all([(claim, [Evidence("p", "Sal nos poços", held)])])
        assert (found.verdict, found.reasons) == (
            "unchecked", ("it cannot be checked: what it cites is in another language",)
        )  # fmt: skip


def test_a_refusal_speaks_of_the_papers_that_it_could_not_read(tmp_path: Path) -> None:
    papers = [{"title": "Sal nos poços", "abstract": PORTUGUESE}, {"title": "Eggs by the door", "abstract": ENGLISH}]
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf8")
    sync([tmp_path / "own.jsonl"], index=tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = Assistant(index).ask("How does a violin maker choose the wood?")
    assert answer.outcome == "not_in_corpus"
    assert str(answer.reason).endswith("1 of 2 is not in English; to search these too, ask in their language.")
