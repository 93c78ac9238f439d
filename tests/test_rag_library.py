"""Questions about the library itself, answered from the records: authors, dates, counts, files, keys, identifiers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from eval.harness.library import library_scores, rows
from index import Index, open_index, sync
from rag import Answer, Assistant
from rag.question.conditions import written_by
from rag.question.dates import read_span
from rag.question.kind import understand

BEES, TIDES, ROOFS, SILENT = "Bees and blue light", "Tides in a narrow bay", "Roofs that cool a town", "Snow on reeds"
PAPERS = (
    {"id": "moss2021bees", "title": BEES, "authors": ["Ada Moss", "Béla Kun"], "date": "2021-05-03",
     "doi": "10.5555/bees.1", "venue": "Invented Bee Letters",
     "abstract": "Bees were shown blue light. They found flowers twice as fast."},
    {"id": "moss2023tides", "title": TIDES, "authors": ["A. Moss"], "date": "2023", "arxiv": "2301.12345",
     "abstract": "Tides in a narrow bay rise late. A gauge of copper wire measured them."},
    {"id": "lind2022roofs", "title": ROOFS, "authors": ["Eva Lind"], "date": "2022-11",
     "links": ["https://github.com/own/roofs.git"],
     "abstract": "White roofs cool a town by two degrees. Blue light is of no use."},
    {"title": SILENT, "abstract": "Reeds bend under snow. No bird was seen."},
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("library")
    (folder / "own.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf8")
    sync([folder / "own.jsonl"], index=folder / "index")
    with open_index(folder / "index") as index:
        yield Assistant(index)


def titles(answer: Answer) -> list[str]:
    return [citation.title for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("papers by Moss", [TIDES, BEES]),  # the newest first
        ("Did Ada Moss write any of these?", [TIDES, BEES]),  # "A. Moss" may be Ada
        ("what has Béla Kun published?", [BEES]),
        ("has bela kun published on light?", [BEES]),
        ("papers by Eva Lind on roofs", [ROOFS]),
        ("papers of May 2021", [BEES]),
        ("everything since 2022", [TIDES, ROOFS]),
        ("show me papers from 2021", [BEES]),
        ("what came out in 2022?", [ROOFS]),
        ("2023 papers", [TIDES]),
        ("any work on roofs?", [ROOFS]),
        ("which papers were published between May and December 2022", [ROOFS]),
        ("do you have papers from before 2022?", [BEES]),
        ("what is the newest paper?", [TIDES]),
        ("the two oldest papers", [BEES, ROOFS]),
        ("how many papers came out in 2023?", [TIDES]),
        ("who wrote the paper on tides?", [TIDES]),
        ("venue of the bees paper?", [BEES]),
        ("what is the DOI of the paper on blue light?", [BEES]),
        ("was the roofs paper retracted?", [ROOFS]),
        ("Which paper was written by one person alone?", [TIDES, ROOFS]),
        ("which work has the longest author list?", [BEES]),
        ("Hi, I am looking for papers with exactly two authors, please", [BEES]),
        ("what do we have from the second half of 2022, i.e. until the end of December?", [ROOFS]),
        ("papers from Q2 2021", [BEES]),
        ("give me the 2021 ones", [BEES]),
        ("What has been published since 2022?", [TIDES, ROOFS]),
        ("was anything published in spring 2021?", [BEES]),
        ("the last paper published in 2022", [ROOFS]),
        ("which papers come from the years 2021 and 2022", [ROOFS, BEES]),
        ("how many papers have fewer than two authors?", [TIDES, ROOFS]),
        ("bees or roofs, which one is newer?", [ROOFS]),
        ("where is the code of the roofs paper, I need the repo link", [ROOFS]),
        ("which paper belongs to github.com/own/roofs ?", [ROOFS]),
        ("I would like to know which works deal with copper", [TIDES]),
        ("who reports on reeds?", [SILENT]),
    ],
)
def test_the_records_answer(assistant: Assistant, question: str, found: list[str]) -> None:
    answer = assistant.ask(question)
    assert answer.outcome == "answered" and titles(answer) == found


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many papers are there?", "4 papers; 4 of 4 looked at."),
        ("how big is this library?", "4 papers; 4 of 4 looked at."),
        ("which files are these from?", "4 papers from 1 file:\n- own.jsonl: 4 papers"),
        ("What is the DOI of the paper on blue light?", f"The DOI of “{BEES}” is 10.5555/bees.1 [1]."),
        ("date of the tides paper", f"“{TIDES}” was published in 2023 (2023) [1]."),
        ("where did you get the snow paper from?", f"“{SILENT}” is listed in"),
    ],
)
def test_what_the_records_say(assistant: Assistant, question: str, said: str) -> None:
    assert assistant.ask(question).text.startswith(said)


@pytest.mark.parametrize(
    ("question", "outcome", "reason"),
    [
        ("papers by Smith", "not_in_corpus", "No paper here lists Smith as an author"),
        ("has Eva Lind published on bees?", "not_in_corpus", "Of 1 paper by Eva Lind, none is about “bees”"),
        ("papers of 1999", "not_in_corpus", "1 of which do not say (of 1999)"),
        ("do you have doi:10.5555/none.7?", "not_in_corpus", "No paper here has the DOI 10.5555/none.7."),
        ("kade2018fog findings", "not_in_corpus", "No paper here has the citation key kade2018fog."),
        ("who wrote the snow paper?", "not_stated", "do not give the names of the authors"),
        ("venue of the roofs paper?", "not_stated", "do not give the venue"),
    ],
)
def test_an_honest_no(assistant: Assistant, question: str, outcome: str, reason: str) -> None:
    answer = assistant.ask(question)
    assert answer.outcome == outcome and reason in str(answer.reason) and not answer.citations


@pytest.mark.parametrize(
    "question",
    ["findings of moss2021bees", "10.5555/bees.1 what does it say", "What does MOSS2021BEES find about light?"],
)
def test_a_key_or_an_identifier_names_the_paper(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.outcome == "answered" and set(titles(answer)) == {BEES}
    assert all(citation.quote for citation in answer.citations)


def test_an_arxiv_id_names_the_paper(assistant: Assistant) -> None:
    assert set(titles(assistant.ask("what does arXiv:2301.12345 measure?"))) == {TIDES}


def test_a_key_that_no_paper_has_is_read_by_its_parts_and_says_so(assistant: Assistant) -> None:
    answer = assistant.ask("lind2022white: what was found?")
    assert answer.outcome == "not_in_corpus"  # no title holds "white"
    answer = assistant.ask("lind2022cool: what was found?")
    assert set(titles(answer)) == {ROOFS} and "No paper has the key lind2022cool" in str(answer.reason)


def test_a_library_without_any_authors_says_so(demo: Index) -> None:
    for question in ("papers by Jane Doe", "has Jane Doe published on alignment?"):
        answer = Assistant(demo).ask(question)
        assert answer.outcome == "not_stated" and "name no authors, so Jane Doe cannot be looked up" in answer.text


def test_the_newest_says_how_many_have_no_date(assistant: Assistant) -> None:
    assert assistant.ask("what is the newest paper?").text.startswith("Newest of 4 papers, 1 of which give no year;")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("of May 2024", "2024-05-01", "2024-05-31"),
        ("from 2020 to 2022", "2020-01-01", "2022-12-31"),
        ("between July and September 2023", "2023-07-01", "2023-09-31"),
        ("since Jan. 2022", "2022-01-01", "9999-99-99"),
        ("in the first half of 2023", "2023-01-01", "2023-06-31"),
        ("late 2023", "2023-09-01", "2023-12-31"),
        ("2019 or earlier", "0000-00-00", "2019-12-31"),
        ("no later than 2022", "0000-00-00", "2022-12-31"),
        ("Q3 2024", "2024-07-01", "2024-09-31"),
        ("the last quarter of 2022", "2022-10-01", "2022-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("in the last two years", "2024-01-01", "2026-12-31"),
        ("on 2024-05-07", "2024-05-07", "2024-05-07"),
    ],
)
def test_dates_as_spoken(text: str, first: str, last: str) -> None:
    span = read_span(text, date(2026, 3, 1))
    assert span is not None and (span.first, span.last) == (first, last)


def test_a_date_that_is_known_in_part_holds_only_where_all_of_it_does() -> None:
    may, after = read_span("of May 2024"), read_span("after 2021")
    assert may is not None and after is not None
    assert [may.holds(known) for known in ("2024-05-30", "2024-05", "2024", "2024-06", None)] == [
        True, True, None, False, None,
    ]  # fmt: skip
    assert [after.holds(known) for known in ("2021-12-31", "2022-01-01", "2021")] == [False, True, False]


@pytest.mark.parametrize(
    "question",
    ["How many papers does the survey cover?", "What data did the authors publish?", "Who proposed the kettle test?"],
)
def test_a_question_on_content_is_none_on_the_library(question: str) -> None:
    assert understand(question).library is None


def test_a_name_fits_by_its_words_or_its_initials() -> None:
    from index import Paper

    paper = Paper("p", "T", "A.", authors=("Ana María López", "J. Wu"))
    fits = {name: written_by(name).holds(paper) for name in ("Lopez", "A. Lopez", "Jun Wu", "Maria Wu", "Ana")}
    assert fits == {"Lopez": True, "A. Lopez": True, "Jun Wu": True, "Maria Wu": False, "Ana": True}
    assert written_by("Wu").holds(Paper("q", "T", "A.")) is None


@pytest.mark.parametrize(
    "row", [pytest.param(r, id=r["id"]) for r in rows("questions", "dev") if r["asks"] != "list_topic"]
)
def test_the_questions_of_another_hand(row: dict, demo: Index) -> None:
    scores = dict(library_scores(row, Assistant(demo).ask(row["question"])))
    assert min(scores.values()) == 1.0, scores
