"""What is shown, in which order, and what stays folded; over a small real index, with scores given by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from index import Index, open_index, sync
from index.embedding.fake import FakeEmbedder
from rag.compose.extractive import closest, compose
from rag.compose.naming import named, short_name
from rag.question.kind import understand
from rag.read.readings import Candidate, Readings
from rag.retrieve.retriever import Retrieval, Retriever

ICE = ("Ice melts early.", "It melts nine days earlier.", "Fish move upwards.", "Nets were counted weekly.")
TIDE = ("Gauges were read hourly.", "The sea rose by three millimetres.")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("lakes")
    file = folder / "papers.csv"
    file.write_text(f'title,abstract\n"LAKES: Ice on lakes","{" ".join(ICE)}"\nTides,"{" ".join(TIDE)}"\n')
    sync([file], index=folder / "index", embedder=FakeEmbedder())
    with open_index(folder / "index", embedder=FakeEmbedder()) as opened:
        yield opened


def looked_up(index: Index, *scores: tuple[str, int, float]) -> tuple[Retrieval, Readings]:
    """The papers found for a question, and sentences (by title and number) with the scores that they are given."""
    found = Retriever(index).look("How early does ice melt?")
    ids = [hit.paper.paper_id for hit in found.hits]
    paper_ids = {hit.paper.title: hit.paper.paper_id for hit in found.hits}
    candidates = tuple(Candidate(paper_ids[title], ids.index(paper_ids[title]), n) for title, n, _ in scores)
    return found, Readings(candidates, np.array([score for _, _, score in scores]), (0.5, 0.5), 0.0)


LAKES = "LAKES: Ice on lakes"
ASKED = understand("How early does ice melt?")


def test_the_best_sentence_first_and_what_adds_after_it(index: Index) -> None:
    found, readings = looked_up(index, (LAKES, 2, 0.4), ("Tides", 1, 0.6), (LAKES, 3, 0.9), (LAKES, 0, 0.05))
    draft = compose(index, ASKED, found, readings)
    # best first; then its paper is finished before the next one begins; what hardly answers stays folded
    assert [sentence.text for sentence in draft.sentences] == [ICE[3], ICE[2], TIDE[1]]
    assert [sentence.text for sentence in draft.more] == [ICE[0]]
    assert [c.marker for c in (*draft.citations, *draft.more_citations)] == [1, 2, 3, 4]
    for citation in (*draft.citations, *draft.more_citations):
        assert index.paper(citation.paper_id).abstract[citation.start : citation.end] == citation.quote


def test_a_sentence_that_leans_brings_the_one_before_along(index: Index) -> None:
    found, readings = looked_up(index, (LAKES, 0, 0.01), (LAKES, 1, 0.9), (LAKES, 2, 0.02))
    assert [s.text for s in compose(index, ASKED, found, readings).sentences] == [ICE[1], ICE[0]]


def test_what_is_closest_are_the_three_likeliest_sentences(index: Index) -> None:
    likely = ((LAKES, 0, 0.2), (LAKES, 1, 0.3), ("Tides", 1, 0.25), (LAKES, 3, 0.1))
    found, readings = looked_up(index, *likely)
    draft = closest(index, found, readings)
    assert [sentence.text for sentence in draft.sentences] == [ICE[1], ICE[0], TIDE[1]]
    assert [sentence.text for sentence in draft.more] == [ICE[3]]


def test_sentences_that_say_the_same_are_shown_once(index: Index) -> None:
    found, readings = looked_up(index, (LAKES, 0, 0.9), ("Tides", 1, 0.8))
    lakes, tides = (candidate.paper_id for candidate in readings.candidates)
    twin = found.views[tides].vectors.copy()
    twin[1] = found.views[lakes].vectors[0]
    found = replace(found, views={**found.views, tides: replace(found.views[tides], vectors=twin)})
    assert [s.text for s in compose(index, ASKED, found, readings).sentences] == [ICE[0]]


def test_papers_are_named_by_what_stands_before_the_colon(index: Index) -> None:
    found, readings = looked_up(index, (LAKES, 3, 0.9), (LAKES, 2, 0.4), ("Tides", 1, 0.6))
    draft = compose(index, ASKED, found, readings)
    years = {draft.citations[0].paper_id: "2024"}
    assert named(draft.sentences, draft.citations, years) == (
        "LAKES (2024): Nets were counted weekly [1]. Fish move upwards [2].\n"
        "Tides: The sea rose by three millimetres [3]."
    )
    assert short_name("A very long head that goes on and on: a title") == "A very long head that goes on and …"
    assert short_name("Honesty") == "Honesty"
    assert short_name("RETRACTED: Nets for lakes") == "RETRACTED: Nets for lakes"
    assert short_name("[Retracted] Nets: a count") == "[Retracted] Nets: a count"
    assert short_name("Erratum: Nets for lakes") == "Erratum: Nets for lakes"
    assert short_name("Letter-Net: reading by hand") == "Letter-Net"
    assert short_name("ReViewer: reading by hand") == "ReViewer"
