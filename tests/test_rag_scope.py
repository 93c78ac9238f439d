"""Authors named in a question, a filter by year over papers without one, and a newcomer's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Filter, Index, open_index, sync
from index.embedding.fake import FakeEmbedder
from rag import Assistant
from rag.refuse.byline import byline


@pytest.fixture(scope="module")
def assistant(demo: Index) -> Assistant:
    return Assistant(demo)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Zhang et al. 2024 do?", "Zhang"),
        ("What does (Ouyang et al., 2022) propose?", "Ouyang"),
        ("How do Rafailov and colleagues train without a reward model?", "Rafailov"),
        ("Is there a paper by Yann LeCun?", "Yann LeCun"),
        ("Does Müller (2019) still hold?", "Müller"),
    ],
)
def test_authors_that_no_source_names_are_not_guessed_at(assistant: Assistant, question: str, name: str) -> None:
    answer = assistant.ask(question)
    assert answer.outcome == "not_stated" and answer.nearest
    assert f"name no authors, so {name} cannot be looked up" in str(answer.reason)


@pytest.mark.parametrize("question", ["What is GLM-4 (2024)?", "Who wrote ADPA?", "Which papers were posted by Apple?"])
def test_what_only_looks_like_a_byline_is_none(demo: Index, question: str) -> None:
    assert byline(question, demo) is None


def test_an_author_who_is_listed_is_found(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "title": "Wings in wind", "abstract": "Lift grows with speed.", "authors": ["Ada Zhang", "B. Wu"]},
        {"id": "b", "title": "Ships at sea", "abstract": "Zhang filters damp the roll of ships.", "authors": ["C. Li"]},
    ]
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    sync([file], index=tmp_path / "index", embedder=FakeEmbedder())
    with open_index(tmp_path / "index", embedder=FakeEmbedder()) as index:
        asked = Assistant(index)
        answer = asked.ask("What did Zhang et al. find about lift?")
        assert answer.outcome == "answered" and {c.paper_id for c in answer.citations} == {"a"}
        reason = asked.ask("What did Smith et al. find about lift?").reason
        assert reason == "No paper here lists Smith as an author."


def test_a_year_that_leaves_the_paper_out_is_no_reason_to_quote_another(assistant: Assistant) -> None:
    paper = next(p for p in assistant.index.papers() if p.title == "Alignment faking in large language models")
    assert paper.year is None  # else this test says nothing
    answer = assistant.ask("What is alignment faking?", where=Filter(year_from=2023, year_to=2023))
    assert answer.outcome == "not_in_corpus" and not answer.citations
    assert f"“{paper.title}”, has no year, so the filter by year left it out, and 74 others" in str(answer.reason)
    dated = assistant.ask("How does Alignment for Honesty define honesty?", where=Filter(year_from=2023, year_to=2023))
    assert dated.outcome == "answered" and dated.citations[0].title == "Alignment for Honesty"
