"""Answers of a strong model, played: markers renumbered by title, sentences matched, counts worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.gold.strong import load_answers
from eval.judges.strong import fate, play, report
from eval.judges.strong_llm import Replies, StrongLLM, read_replies
from index import Index, open_index, sync
from index.embedding.fake import FakeEmbedder
from index.errors import InputError
from rag import Assistant
from rag.llms import Message
from rag.verify.judge import Open, Source, judge
from rag.verify.protocol import FakeVerifier

PAPERS = """{"id": "tea", "title": "Teapot: Brewing Language Models", "abstract": "Teapot brews models in 7 minutes. \
Teapot beats the Kettle baseline by 12% on MMLU."}
{"id": "cup", "title": "Teacup: Small Models for Tea", "abstract": "Teacup is a small model with 30M parameters."}
"""
TITLES = {"1": "Teacup: Small Models for Tea", "2": "Teapot: Brewing Language Models", "3": "A Paper of Elsewhere"}
QUESTION = "How fast does Teapot brew models?"
ROW = {
    "id": "x1",
    "question": QUESTION,
    "papers": TITLES,
    "kind": "fact",
    "text": "Teapot brews models in 7 minutes [2.1]. Bananas grow yellow under a tropical sun [3].",
    "key_facts": ["7 minutes", "9 minutes"],
    "sentences": [
        {"text": "Teapot brews models in 7 minutes [2.1].", "label": "true", "error": None},
        {"text": "Bananas grow yellow under a tropical sun [3].", "label": "wrong", "error": "outside_knowledge"},
    ],
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("papers")
    (folder / "papers.jsonl").write_text(PAPERS, encoding="utf8")
    sync([folder / "papers.jsonl"], index=folder / "index", embedder=FakeEmbedder())
    return open_index(folder / "index", embedder=FakeEmbedder())


def labelled(folder: Path) -> Path:
    file = folder / "answers.jsonl"
    file.write_text(json.dumps({"format": "citewell-strong-answers", "version": 1}) + "\n" + json.dumps(ROW), "utf8")
    return file


def test_both_shapes_of_file_are_read_and_markers_cut_down(tmp_path: Path) -> None:
    (answer,) = load_answers(labelled(tmp_path), markers="passage")
    assert answer.text.startswith("Teapot brews models in 7 minutes [2].") and answer.sentences[1].label == "wrong"
    assert not answer.true
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps({QUESTION: {"text": "It is so [1]. It is not.", "papers": {"1": "A"}}}), "utf8")
    (answer,) = load_answers(plain)
    assert [s.text for s in answer.sentences] == ["It is so [1].", "It is not."] and answer.sentences[0].label is None
    with pytest.raises(InputError, match="holds no answers of a model"):
        load_answers(tmp_path / "none.json")


def test_markers_become_the_numbers_of_the_prompt_and_those_of_absent_papers_go(tmp_path: Path) -> None:
    llm = StrongLLM(load_answers(labelled(tmp_path)))
    prompt = f"[1] {TITLES['2']} (2024)\n1.1 Teapot.\n\n[2] {TITLES['1']}\n2.1 Teacup.\n\nQuestion: {QUESTION}"
    told = "".join(llm.stream([Message("user", prompt)], max_tokens=99))
    assert told == "Teapot brews models in 7 minutes [1.1]. Bananas grow yellow under a tropical sun ."
    assert llm.lost == {QUESTION: 1}
    assert "".join(llm.stream([Message("user", "Judge this.")], max_tokens=99)) == "NOT STATED"
    assert list(llm.unknown.values()) == ["Judge this."]


def test_what_comes_through_is_counted(index: Index, tmp_path: Path) -> None:
    answers = load_answers(labelled(tmp_path))
    llm = StrongLLM(answers)
    played = play(answers, Assistant(index, llm=llm, verifier=FakeVerifier(), abstain=False), lambda done, total: None)
    found = report(played, sum(llm.lost.values()))
    assert played[0].fates == ("supported", "unchecked")
    assert (found.total.true, found.total.supported, found.total.planted, found.total.passed) == (1, 1, 1, 0)
    assert (found.total.facts_written, found.total.facts_shown, found.lost_markers) == (1, 1, 1)
    assert found.errors == (("outside_knowledge", 1, 0),)
    assert fate("Nobody said this at all.", played[0].answer) == "lost"


def test_a_verdict_is_found_by_its_statement_and_papers_whatever_stands_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "judged.jsonl"
    said = {"statement": "It is fast.", "papers": ["Tea"], "verdict": "supported", "quotes": ["brews in 7 minutes"]}
    file.write_text("\n".join(json.dumps(row) for row in ({"format": "citewell-judge-replies"}, said)), "utf8")
    sources = [Source(1, "Cup", ((0, "A cup is small."),)), Source(2, "Tea", ((0, "It brews in 7 minutes."),))]
    llm = StrongLLM(load_answers(labelled(tmp_path)), read_replies(file))
    asked = [Open("It is small.", (1,)), Open("It is fast.", (2,)), Open("It is fast.", (1, 2))]
    found = judge(llm, asked, sources)
    assert [one and one.verdict for one in found] == [None, "supported", None]  # the last rests on two papers
    assert (llm.judged, llm.unjudged, len(llm.unknown)) == (3, 2, 1)
    assert judge(StrongLLM((), Replies()), asked, sources) == (None, None, None)
    file.write_text('{"statement": "It is fast."}', "utf8")
    with pytest.raises(InputError, match="holds no replies of a judge: KeyError"):
        read_replies(file)
