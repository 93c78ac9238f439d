"""From a question to an answer, over the real demo corpus."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from index import Index, open_index, remove
from index.embedding.fake import FakeEmbedder
from index.errors import InputError
from rag import Assistant, Turn, query
from rag.retrieve.retriever import Retrieval, Retriever
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


class Meddling(Retriever):
    """Between finding and composing, the best paper is taken out of the index, as another process may do."""

    removed = ""

    def look(self, *arguments: Any, **named: Any) -> Retrieval:
        found = super().look(*arguments, **named)
        if not self.removed:
            self.removed = found.hits[0].paper.paper_id
            remove([self.removed], index=self.index.path, embedder=self.index.embedder)
        return found


def test_a_question_is_asked_again_where_the_index_changes_under_it(fake_demo_home: Path, tmp_path: Path) -> None:
    place = shutil.copytree(fake_demo_home / "demo", tmp_path / "copy")
    with open_index(place, embedder=FakeEmbedder()) as index:
        retriever = Meddling(index)
        answer = Assistant(index, retriever=retriever, abstain=False).ask("What is the Alignment Quality Index?")
        assert retriever.removed and answer.citations
        assert retriever.removed not in {citation.paper_id for citation in answer.citations}
        assert retriever.removed not in {chunk.chunk.paper_id for chunk in answer.contexts}


def test_a_question_as_long_as_a_book_is_refused_at_once(assistant: Assistant) -> None:
    with pytest.raises(InputError, match=r"1,000,000 characters; ask one of at most 10,000"):
        assistant.ask("why " * 250_000)
    with pytest.raises(InputError, match="at most"):
        assistant.search("why " * 250_000)


def test_query_takes_an_open_index(demo: Index) -> None:
    assert query("What is grammar-aligned decoding?", index=demo).outcome == "answered"
