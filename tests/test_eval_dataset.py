"""Gold sets: what is read, and one clear line for everything that is wrong with one."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT
from eval_fixtures import Command, command, one_clear_line

from eval.gold.dataset import load_gold, resolve, sample, to_line
from eval.schema import GoldSet, QAExample
from index import Index, Paper
from index.errors import InputError

__all__ = ["command"]  # a fixture
HEADER = '{"format": "citewell-gold", "version": 1, "name": "tiny"}'
GOOD = {
    "query_id": "a",
    "question": "What is A?",
    "answerable": True,
    "relevant_titles": ["Paper A"],
    "key_facts": ["forty[- ]two"],
    "reference_answers": ["It is forty-two."],
}
FAR = {
    "query_id": "f",
    "question": "How do I bake bread?",
    "answerable": False,
    "kind": "unanswerable",
    "scope": "far",
    "outcome": "not_in_corpus",
}


def write(folder: Path, *rows: object, header: str = HEADER) -> Path:
    file = folder / "gold.jsonl"
    lines = [header, *(row if isinstance(row, str) else json.dumps(row) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf8")
    return file


def test_a_good_set_is_read_and_written_back(tmp_path: Path) -> None:
    gold = load_gold(write(tmp_path, GOOD, FAR))
    assert [e.query_id for e in gold.examples] == ["a", "f"]
    assert gold.examples[0].key_facts == ("forty[- ]two",)
    assert gold.examples[1].scope == "far"
    again = load_gold(write(tmp_path, *(to_line(e) for e in gold.examples)))
    assert again.examples == gold.examples


BROKEN = {
    "unknown field": ([{**GOOD, "qestion": "x"}], "line 2: unknown field 'qestion'"),
    "no question": ([{**GOOD, "question": " "}], "line 2: question is missing"),
    "answerable as text": ([{**GOOD, "answerable": "yes"}], "line 2: answerable is missing"),
    "half a line": ([GOOD, '{"query_id": "b", "ques'], "line 3: not a whole JSON object"),
    "a list": (["[1]"], "line 2: expected a JSON object"),
    "duplicate id": ([GOOD, GOOD], "line 3: query_id 'a' is that of line 2"),
    "bad regex": ([{**GOOD, "key_facts": ["("]}], "line 2: key fact '(' is no regular expression"),
    "missed fact": ([{**GOOD, "key_facts": ["fifty"]}], "line 2: no reference answer of 'a' matches"),
    "no titles": ([{**GOOD, "relevant_titles": []}], "line 2: an answerable question needs relevant_titles"),
    "unknown kind": ([{**GOOD, "kind": "facts"}], "line 2: unknown kind 'facts'; valid: comparison"),
    "facts for the unanswerable": ([{**FAR, "relevant_titles": ["A"]}], "line 2: an unanswerable question has no"),
    "no scope": ([{**FAR, "scope": None}], "line 2: an unanswerable question needs a scope"),
    "a fact that is a number": ([{**GOOD, "key_facts": [42]}], "line 2: key_facts must be a list of texts"),
    "unknown variant": ([{**GOOD, "variant_of": "z"}], "line 2: variant_of names 'z'"),
    "empty": ([], "holds no questions"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_line_is_named(fault: str, tmp_path: Path, command: Command) -> None:
    rows, message = BROKEN[fault]
    assert message in one_clear_line(command("check", write(tmp_path, *rows)))


def test_a_broken_file_is_named(tmp_path: Path, command: Command) -> None:
    def said(file: Path) -> str:
        return one_clear_line(command("check", file))

    assert "No such file" in said(tmp_path / "none.jsonl")
    assert "format version 0" in said(write(tmp_path, GOOD, header=HEADER.replace("1", "0")))
    assert "no gold set header" in said(write(tmp_path, GOOD, header="{}"))
    (tmp_path / "latin.jsonl").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in said(tmp_path / "latin.jsonl")
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert "does not start" in said(tmp_path / "empty.jsonl")
    with pytest.raises(InputError, match="of split 'test'; it has: dev"):
        load_gold(write(tmp_path, GOOD), split="test")


def test_titles_are_looked_for_in_a_given_index(tmp_path: Path, demo: Index, command: Command) -> None:
    line = one_clear_line(command("check", write(tmp_path, GOOD), "--index", demo.path))
    assert "line 2: no paper of this index has the title 'Paper A'" in line
    assert command("check", "--index", demo.path)[0] == 0


def test_a_sample_is_spread_over_the_kinds() -> None:
    rows = [QAExample(f"a{n}", "?", True, kind="fact") for n in range(8)]
    rows += [QAExample(f"b{n}", "?", True, kind="list") for n in range(4)]
    gold = GoldSet("x", 1, "", tuple(rows), "x")
    # a third of the questions: a third of each kind; in the order of the set
    assert [e.query_id for e in sample(gold, 4).examples] == ["a0", "a1", "a2", "b0"]
    assert sample(gold, 99).examples == gold.examples


def test_titles_are_resolved_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    gold = load_gold(write(tmp_path, GOOD))
    resolved = resolve(gold, [Paper("p1", "paper  A", ""), Paper("p2", "Paper B", "")])
    assert resolved.examples[0].relevant_ids == ("p1",)
    with pytest.raises(InputError, match="line 2: no paper of this index has the title 'Paper A'"):
        resolve(gold, [Paper("p2", "Paper B", "")])


def test_the_bundled_set_keeps_its_promises() -> None:
    gold = load_gold()
    cards = (ROOT / "index/corpus/cards.jsonl").read_text(encoding="utf8").splitlines()
    papers = [Paper(c["id"], c["title"], c["summary"]) for c in map(json.loads, cards)]
    abstracts = {p.title: p.abstract for p in papers}
    resolved = resolve(gold, papers)
    assert all(e.relevant_ids for e in resolved.examples if e.answerable)
    answerable = [e for e in gold.examples if e.answerable]
    scopes = Counter(e.scope for e in gold.examples if not e.answerable)
    assert len(answerable) >= 200
    assert sum(scopes.values()) >= 60 and min(scopes.values()) >= 30
    assert {e.split for e in gold.examples} == {"dev", "test"}
    for example in answerable:
        if example.kind not in ("metadata", "list"):
            texts = " ".join(abstracts[title] for title in example.relevant_titles)
            missed = [f for f in example.key_facts if not re.search(f, texts, re.IGNORECASE)]
            assert not missed, example.query_id
