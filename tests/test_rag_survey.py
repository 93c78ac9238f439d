"""Corpus questions and metadata questions over the real demo corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Filter, Index, Paper
from rag import Answer, Assistant
from rag.compose.metadata import answer as from_metadata
from rag.compose.metadata import spoken_date
from rag.question.kind import understand
from rag.question.superlative import read_superlative


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


def test_a_name_among_other_words_does_not_qualify_alone(assistant: Assistant, demo: Index) -> None:
    holding = [paper for paper in demo.papers() if "LLM" in paper.abstract]
    answer = assistant.ask("Which papers are about LLMs for code?")
    assert 0 < len(answer.sentences) < len(holding) / 3
    assert any("code" in citation.title.lower() for citation in answer.citations)


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
    assert answer.outcome == "not_in_corpus" and not answer.citations


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


def test_the_oldest_the_newest_and_the_most_authors(assistant: Assistant, demo: Index) -> None:
    dated = sorted(paper.published for paper in demo.papers() if paper.published)
    oldest = assistant.ask("Which paper is the oldest?")
    assert [demo.paper(citation.paper_id).published for citation in oldest.citations] == dated[:1]
    assert oldest.text.startswith("Oldest of 126 papers, 75 of which give no year; 126 of 126 looked at")
    newest = assistant.ask("List the three newest papers.")
    assert [demo.paper(citation.paper_id).published for citation in newest.citations] == dated[:-4:-1]
    most = assistant.ask("Which paper has the most authors?")
    assert [demo.paper(citation.paper_id).authors_count for citation in most.citations] == [50]


def test_a_superlative_keeps_to_its_topic(assistant: Assistant) -> None:
    assert cited(assistant.ask("the latest work on honesty")) == {"Alignment for Honesty"}
    assert assistant.ask("What is the oldest paper about quantum gravity?").outcome == "not_in_corpus"


def test_papers_that_tie_are_all_shown_and_silent_ones_counted() -> None:
    order = read_superlative("Which two papers have the fewest authors?")
    counts = {"a": 3, "b": 1, "c": 2, "d": 2, "e": None}
    papers = [Paper(name, name, "Text.", authors_count=count) for name, count in counts.items()]
    assert order is not None
    assert order.wanted == 1 and [paper.paper_id for paper in order.pick(papers)[0]] == ["b"]
    two = read_superlative("the two newest papers")
    assert two is not None and two.wanted == 2 and not two.lowest
    assert [p.paper_id for p in replace(order, wanted=2).pick(papers)[0]] == ["b", "c", "d"]
    assert order.pick(papers)[1] == 1


def test_latest_is_no_superlative_of_methods() -> None:
    assert read_superlative("What are the latest methods for preference tuning?") is None
