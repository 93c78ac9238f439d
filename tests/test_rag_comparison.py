"""Comparisons side by side, over a library of the tests' own and over questions of another hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from eval.harness.library import comparison_scores, rows
from index import Index, open_index, sync
from rag import Answer, Assistant
from rag.question.comparison import read_comparison
from rag.saved.stored import answer_from_dict
from ui.terminal import render

PAPERS = (
    {"title": "KELP: a cheap filter for harbour water",
     "abstract": "However, existing filters for harbour water are costly. KELP is a method that filters water through "
     "dried weed. The data are 40 samples of water from two harbours. KELP improves clarity by 30 percent."},
    {"title": "SAND: a slow filter for harbour water",
     "abstract": "Current filters lack a way to hold oil. SAND is a framework that lets water seep through layers of "
     "sand. SAND reaches a clarity of 80 percent and beats CLOTH. But SAND fails when the water freezes. "
     "CLOTH is a sheet of linen."},
    {"title": "Gulls on roofs", "abstract": "Gulls nest on flat roofs. They come back each spring."},
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("filters")
    (folder / "own.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf8")
    sync([folder / "own.jsonl"], index=folder / "index")
    with open_index(folder / "index") as index:
        yield Assistant(index)


def cells(answer: Answer) -> dict[tuple[str, str], str]:
    assert answer.table is not None
    return {
        (row.name.split(":")[0], column): cell.text
        for row in answer.table.rows
        for column, cell in zip(answer.table.columns, row.cells, strict=True)
    }


def test_a_row_a_paper_and_a_column_an_aspect(assistant: Assistant) -> None:
    answer = assistant.ask("compare KELP and SAND")
    shown = cells(answer)
    assert shown["KELP", "problem"] == "However, existing filters for harbour water are costly."
    assert shown["KELP", "method"] == "KELP is a method that filters water through dried weed."
    assert shown["KELP", "result"] == "KELP improves clarity by 30 percent."
    assert shown["SAND", "result"] == "SAND reaches a clarity of 80 percent and beats CLOTH."
    assert shown["KELP", "data"].startswith("The data are 40 samples") and shown["SAND", "data"] == "not stated"


def test_every_cell_is_a_quote_with_its_citation(assistant: Assistant) -> None:
    answer = assistant.ask("what are the differences between KELP and SAND?")
    assert answer.table is not None
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    for row in answer.table.rows:
        for cell in row.cells:
            assert [quotes[marker] for marker in cell.markers] == ([] if cell.text == "not stated" else [cell.text])
    for citation in answer.citations:
        abstract = assistant.index.paper(citation.paper_id).abstract
        assert abstract[citation.start : citation.end] == citation.quote


def test_what_the_library_does_not_hold_is_named(assistant: Assistant) -> None:
    half = assistant.ask("compare KELP with volcanoes")
    assert half.outcome == "partial" and str(half.reason).startswith("No paper here deals with volcanoes.")
    assert {citation.title for citation in half.citations} == {PAPERS[0]["title"]}
    none = assistant.ask("compare lava and volcanoes")
    assert none.outcome == "not_in_corpus" and none.reason == "No paper here deals with lava or volcanoes."


def test_one_against_the_other_shows_the_sentence_that_names_both_first(assistant: Assistant) -> None:
    answer = assistant.ask("Is SAND better than CLOTH?")
    assert answer.sentences[0].text == "SAND reaches a clarity of 80 percent and beats CLOTH."
    assert cells(answer)["CLOTH", "of it alone"] == "CLOTH is a sheet of linen."
    apart = assistant.ask("Is KELP better than SAND?")
    assert apart.reason == "No abstract sets KELP and SAND against each other."


def test_for_and_against_stand_side_by_side(assistant: Assistant) -> None:
    answer = assistant.ask("What are the pros and cons of SAND?")
    assert answer.table is not None and answer.table.columns == ("for", "against")
    against = [row.cells[1].text for row in answer.table.rows]
    assert "But SAND fails when the water freezes." in against
    assert "SAND reaches a clarity of 80 percent and beats CLOTH." in [row.cells[0].text for row in answer.table.rows]


def test_the_table_is_drawn_written_and_kept(assistant: Assistant) -> None:
    answer = assistant.ask("compare KELP and SAND")
    out = io.StringIO()
    render.show_answer(answer, {}, out)
    assert "not stated" in out.getvalue() and "problem" in out.getvalue() and "Sources" in out.getvalue()
    written = render.markdown(answer, {})
    assert "| **KELP: a cheap filter for harbour water** | However, existing filters" in written
    kept = json.loads(json.dumps(answer.to_dict()))
    assert kept["table"]["columns"][0] == "problem"
    assert answer_from_dict(kept).table == answer.table


@pytest.mark.parametrize(
    "question",
    [
        "Compare KELP with SAND: how many samples did each use?",  # a detail of two things
        "How did they test the filter against oil?",
        "Why is SAND slower than KELP?",
        "Which is better than none?",
        "Are gulls nesting on roofs?",
    ],
)
def test_what_is_no_comparison_for_a_table(question: str) -> None:
    assert read_comparison(question) is None


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in rows("comparisons", "dev")])
def test_the_papers_that_another_hand_compares(row: dict, demo: Index) -> None:
    scores = dict(comparison_scores(row, Assistant(demo).ask(row["question"])))
    assert scores["papers exact"] == scores["table given"] == 1.0 and scores["key facts"] >= 0.5


def test_what_many_papers_use_is_compared_in_no_table_of_two_of_them(demo: Index) -> None:
    answer = Assistant(demo).ask("what is the difference between DPO and RLHF")
    assert answer.table is None and answer.sentences
