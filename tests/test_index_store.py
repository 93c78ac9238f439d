"""The read side of an index, on the demo corpus with a fake embedder."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index import Filter, Index, demo_index
from index.embedding.fake import FakeEmbedder
from index.errors import IndexMismatch, IndexMissing, IndexProblem, UnknownPaper
from index.index import open_index


@pytest.fixture(scope="module")
def demo(fake_demo_home: Path) -> Index:
    return open_index(fake_demo_home / "demo", embedder=FakeEmbedder())


def test_papers_come_in_order_and_chunks_are_spans_of_their_abstract(demo: Index) -> None:
    papers = demo.papers()
    assert [paper.paper_id for paper in papers] == sorted(paper.paper_id for paper in papers)
    assert len(papers) == 126
    for paper in papers:
        chunks = demo.chunks(paper.paper_id)
        assert all(paper.abstract[chunk.start : chunk.end] == chunk.text for chunk in chunks)
        assert chunks[0].start == 0 and chunks[-1].end == len(paper.abstract)


def test_every_sentence_comes_once_with_a_vector_of_norm_one(demo: Index) -> None:
    paper = demo.papers()[0]
    found = demo.sentences([paper.paper_id, "no such paper"])
    assert list(found) == [paper.paper_id]
    sentences = found[paper.paper_id]
    assert len(set(sentences.spans)) == len(sentences.spans) == len(sentences.vectors)
    assert "".join(paper.abstract[a:b] for a, b in sentences.spans).split() != []
    assert np.allclose(np.linalg.norm(sentences.vectors, axis=1), 1, atol=1e-3)


def test_chroma_and_the_exact_search_agree(demo: Index) -> None:
    vector = demo.embedder.embed_query("honesty of language models that do not know the answer")
    everything = frozenset(paper.paper_id for paper in demo.papers())
    some = frozenset(sorted(everything)[:40])
    with open_index(demo.path, embedder=demo.embedder, exact=True) as exactly:
        near, exact = demo.dense(vector, 5), exactly.dense(vector, 5)
        chosen, exactly_chosen = demo.dense(vector, 50, within=some), exactly.dense(vector, 50, within=some)
        assert exactly.dense(vector, 5, within=frozenset()) == ()
    assert [hit.chunk.chunk_id for hit in chosen] == [hit.chunk.chunk_id for hit in exactly_chosen]
    assert [hit.chunk.chunk_id for hit in near] == [hit.chunk.chunk_id for hit in exact]
    assert [hit.score for hit in near] == pytest.approx([hit.score for hit in exact], abs=1e-4)
    assert [hit.rank for hit in near] == [1, 2, 3, 4, 5]
    assert {hit.chunk.paper_id for hit in demo.dense(vector, 2000)} == everything
    assert {hit.chunk.paper_id for hit in demo.dense(vector, 2000, within=some)} == some
    assert demo.dense(vector, 5, within=frozenset()) == ()
    assert demo.dense(vector, 0) == ()


QUESTIONS = [
    "what's RLHF?",
    "-",
    '"',
    "NEAR(alignment honesty)",
    "AND OR NOT",
    "title:x* ^a",
    "",
    "  ",
    "ä'; DROP",
    "\0",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_is_a_syntax_error(demo: Index, question: str) -> None:
    assert isinstance(demo.lexical(question, 5), tuple)


def test_lexical_stems_orders_by_score_and_keeps_to_the_given_papers(demo: Index) -> None:
    hits = demo.lexical("honest models", 10)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert demo.lexical("aligning", 3) == demo.lexical("aligned", 3)
    assert demo.lexical("honest models", 10, within=frozenset([hits[3][0]])) == (hits[3],)


def test_document_frequencies_count_papers_with_the_stemmed_term(demo: Index) -> None:
    counts = demo.document_frequencies(["alignment", "aligning", "zebra", "?"])
    assert counts["alignment"] == counts["aligning"] > 60
    assert counts["zebra"] == counts["?"] == 0


def test_a_filter_counts_what_only_a_missing_year_kept_out(demo: Index) -> None:
    assert len(demo.select(Filter()).paper_ids) == 126
    dated = demo.select(Filter(year_from=2000))
    assert dated.unknown_year == 75 and len(dated.paper_ids) == 51
    assert demo.select(Filter(title="HONESTY alignment")).paper_ids == {"alignment-for-honesty"}
    assert demo.select(Filter(page="no such page")).paper_ids == frozenset()
    two = Filter(papers=("alignment-for-honesty", "no-such-paper"))
    assert demo.select(two).paper_ids == {"alignment-for-honesty"}
    assert demo.select(Filter(papers=())).paper_ids == frozenset()


def test_an_unknown_paper_is_named(demo: Index) -> None:
    with pytest.raises(UnknownPaper, match="'nothing'"):
        demo.paper("nothing")


def test_another_model_is_refused_with_the_way_out(demo: Index) -> None:
    with pytest.raises(IndexMismatch, match=r"built with .* fake .*run `citewell index sync"):
        open_index(demo.path, embedder=FakeEmbedder(name="other"))


def test_a_place_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="citewell index sync"):
        open_index(tmp_path / "nowhere")
    with pytest.raises(IndexMissing, match="citewell index sync"):
        open_index(tmp_path)


def test_foreign_and_damaged_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "citewell.sqlite3").write_bytes(b"this is no database, but long enough to look at" * 50)
    with pytest.raises(IndexProblem, match="cannot be used"):
        open_index(tmp_path)


def test_the_demo_index_is_built_once_and_finished_or_moved_where_it_has_to_be(tmp_path: Path) -> None:
    model = FakeEmbedder()
    with demo_index(embedder=model) as first:
        place, embedded = first.path, model.embedded
        generation = first.manifest.generation
    demo_index(embedder=model).close()
    with sqlite3.connect(place / "citewell.sqlite3") as connection:
        connection.execute("UPDATE entries SET file = '/old/cards.jsonl', data = replace(data, '/cards', '/old/cards')")
        connection.execute("UPDATE files SET file = '/old/cards.jsonl'")
    connection.close()
    with demo_index(embedder=model) as again:
        assert len(again.papers()) == 126 and model.embedded == embedded
        assert again.manifest.generation > generation
        assert not any("/old/" in source.file for paper in again.papers() for source in paper.sources)
