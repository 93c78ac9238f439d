"""The right-paper guard: a citation moves only to a paper that supports the sentence, and clearly better."""

from __future__ import annotations

import numpy as np
import pytest

from index import Filter, Index
from index.schema import Paper
from rag.assistant import Assistant
from rag.generate.attribute import Checked, Span
from rag.generate.passages import Passage
from rag.generate.right_paper import better_placed, nearest_twins
from rag.llms import ScriptedLLM
from rag.retrieve.paper_view import view
from rag.schema import Answer, Verdict
from rag.verify.factory import get_verifier
from rag.verify.protocol import Support, Verifier


def span(name: str) -> Span:
    vectors = np.ones((1, 1), dtype=np.float32)
    seen = view(Paper(name, f"Paper {name}", "text"), vectors, ((0, 4),), vectors)
    return Span(Passage(0, seen, (0,), (), 0.0), 0)


def verdict(score: float) -> Verdict:
    return "supported" if score >= 0.5 else "unchecked"


@pytest.mark.parametrize(
    ("scores", "paper"),
    [
        ({"a": 0.9, "b": 0.95}, "a"),  # better by 0.05: not clearly
        ({"a": 0.55, "b": 0.9}, "b"),  # better by 0.35
        ({"a": 0.2, "b": 0.3}, "a"),  # the other does not support it either
        ({"a": 0.1, "b": 0.5}, "b"),
        ({"a": 0.4, "b": 0.55}, "b"),  # one supports it, the other does not
        ({"a": 0.1, "b": 0.6, "c": 0.8}, "c"),
        ({"a": 0.1, "b": 0.8, "c": 0.8}, "b"),  # the first of equals
    ],
)
def test_where_a_sentence_belongs(scores: dict[str, float], paper: str) -> None:
    first, *rivals = [span(name) for name in scores]
    checked = Checked("Claim.", (first,), scores["a"], verdict(scores["a"]), "model")

    def check(text: str, rival: Span) -> Support:
        score = scores[rival.passage.paper.paper_id]
        return Support(score, verdict(score))

    found = better_placed(checked, rivals, check)
    assert found.spans[0].passage.paper.paper_id == paper
    if paper == "a":
        assert found is checked
    else:
        assert (found.verdict, found.support, found.origin) == ("supported", scores[paper], "attributed")
        assert "'Paper a' less" in (found.note or "") and f"'Paper {paper}' supports" in (found.note or "")


def paper_with(demo: Index, words: str) -> Paper:
    return next(paper for paper in demo.papers() if words in paper.title)


@pytest.fixture(scope="module")
def verifier(demo: Index) -> Verifier:
    return get_verifier("local", embedder=demo.embedder)


def test_the_nearest_twins_are_other_papers_and_keep_to_a_filter(demo: Index) -> None:
    paper = paper_with(demo, "Advantage-Guided")
    twins = nearest_twins(demo, paper.paper_id)
    assert len(twins) == 3 and paper.paper_id not in twins
    some = frozenset((twins[2], paper.paper_id))
    assert nearest_twins(demo, paper.paper_id, within=some) == (twins[2],)


CLAIM = "Align With Purpose was tested on two properties, with up to 280,000 hours of training data."
OWN = "TV caption alignments are filtered by confidence."


def answered(demo: Index, verifier: Verifier, where: Filter | None = None) -> Answer:
    """The model is shown the twin alone, and cites it for a sentence of its own and for one about the other paper."""
    llm = ScriptedLLM(f"{OWN} [1] {CLAIM} [1]")
    asked = "How does iterative pseudo-forced alignment filter TV captions by confidence?"
    return Assistant(demo, llm=llm, verifier=verifier, abstain=False, top_k=1).ask(asked, where=where)


def test_a_sentence_about_one_paper_that_cites_its_twin_is_cited_to_the_right_one(
    demo: Index, verifier: Verifier
) -> None:
    right, twin = paper_with(demo, "Align With Purpose"), paper_with(demo, "Iterative pseudo-forced")
    answer = answered(demo, verifier)
    assert {context.chunk.paper_id for context in answer.contexts} == {twin.paper_id}
    own, moved = answer.sentences
    assert (own.verdict, own.origin, own.note) == ("supported", "model", None)
    assert (moved.text, moved.verdict, moved.origin) == (CLAIM, "supported", "attributed")
    assert (moved.note or "").startswith("re-cited: 'Align With Purpose")
    first, second = answer.citations
    assert (first.paper_id, second.paper_id) == (twin.paper_id, right.paper_id)
    assert "280,000" in second.quote and right.abstract[second.start : second.end] == second.quote


def test_a_paper_that_the_filter_leaves_out_is_not_cited(demo: Index, verifier: Verifier) -> None:
    own, left = answered(demo, verifier, Filter(title="pseudo-forced")).sentences
    assert own.verdict == "supported" and left.verdict != "supported" and left.origin == "model"
