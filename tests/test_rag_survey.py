"""Corpus questions and metadata questions over the real demo corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Filter, Index
from rag import Answer, Assistant
from rag.metadata import answer as from_metadata
from rag.metadata import spoken_date
from rag.question import understand


@pytest.fixture(scope="module")
def assistant(demo: Index) -> Assistant:
    return Assistant(demo)


def cited(answer: Answer) -> set[str]:
    return {citation.title.split(":")[0].split(" (")[0] for citation in answer.citations}


def test_every_paper_is_looked_at_and_says_why_it_qualifies(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers mention GRPO?")
    assert answer.text.startswith("3 papers; 126 of 126 looked at:")
    assert cited(answer) == {"Alignment Quality Index", "BLEUBERI", "DINO-R1"}
    assert all("GRPO" in citation.quote for citation in answer.citations)


def test_alternatives_and_topics(assistant: Assistant) -> None:
    answer = assistant.ask("list everything in the collection about music or song lyrics")
    assert cited(answer) == {"Aligned Music Notation and Lyrics Transcription", "SongMASS"}


def test_conditions_on_the_metadata(assistant: Assistant, demo: Index) -> None:
    answer = assistant.ask("Which papers were published in 2023?")
    years = {demo.paper(citation.paper_id).year for citation in answer.citations}
    assert years == {2023} and "75 of which do not say" in (answer.reason or "")
    counts = [demo.paper(c.paper_id).authors_count for c in assistant.ask("papers with more than 20 authors").citations]
    assert sorted(count or 0 for count in counts) == [25, 50]


def test_a_filter_narrows_what_is_looked_at(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers mention GRPO?", where=Filter(title="DINO"))
    assert answer.text.startswith("1 paper; 1 of 126 looked at")


def test_nothing_qualifies(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers deal with volcanoes?")
    assert answer.outcome == "not_in_corpus" and "126 of 126 looked at" in answer.text


def test_a_date_comes_from_the_metadata(assistant: Assistant) -> None:
    answer = assistant.ask("when did the InfAlign paper come out")
    assert "Dec 27, 2024" in answer.text and answer.citations[0].quote == ""


def test_what_no_source_states_is_not_made_up(assistant: Assistant, demo: Index) -> None:
    assert assistant.ask("Who wrote Magpie?").outcome == "not_stated"
    paper = replace(demo.papers()[0], published=None, published_text="Apr 14", authors_count=1)
    draft = from_metadata(understand("When was it published and how many authors has it?"), paper)
    assert (
        draft.outcome == "partial"
        and "Apr 14, without a year" in (draft.text or "")
        and "1 author [1]" in (draft.text or "")
    )
    assert [spoken_date(date) for date in ("2024-12-07", "2024-03", "2024")] == [
        "on Dec 7, 2024",
        "in Mar 2024",
        "in 2024",
    ]
