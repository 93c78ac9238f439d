"""From a question to an answer, over the real demo corpus."""

from __future__ import annotations

import pytest

from index import Index
from rag import Assistant, Turn, query
from rag.schema import Finished, Stage, Verified


@pytest.fixture(scope="module")
def assistant(demo: Index) -> Assistant:
    return Assistant(demo)


def test_every_citation_is_a_verbatim_span(assistant: Assistant, demo: Index) -> None:
    answer = assistant.ask("How does ADPA turn an aligned teacher into a training signal for a small student?")
    assert answer.outcome == "answered" and 1 <= len(answer.sentences) <= 5
    for citation in answer.citations:
        paper = demo.paper(citation.paper_id)
        assert paper.abstract[citation.start : citation.end] == citation.quote
        assert citation.abstract_sha256 == paper.abstract_sha256
    assert "advantage function" in answer.text


def test_a_stream_ends_with_the_answer(assistant: Assistant) -> None:
    events = list(assistant.stream("What is the Alignment Quality Index?"))
    assert isinstance(events[0], Stage) and isinstance(events[-1], Finished)
    assert [e.sentence for e in events if isinstance(e, Verified)] == list(events[-1].answer.sentences)


def test_a_follow_up_keeps_the_paper(assistant: Assistant) -> None:
    first = assistant.ask("What is the Community Alignment dataset?")
    second = assistant.ask("how many comparisons are in it?", history=[Turn(first.question, first)])
    assert "200,000" in second.text


def test_query_takes_an_open_index(demo: Index) -> None:
    assert query("What is grammar-aligned decoding?", index=demo).outcome == "answered"
