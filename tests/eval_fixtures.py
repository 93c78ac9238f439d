"""Four papers, six questions and scripted replies, shared by the tests of the harness."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.harness.scripted import Reply
from index import Paper
from ui.cli import main

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`citewell eval WORDS`: the exit code, and what it printed on both streams."""

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["citewell", "eval", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        return int(caught.value.code or 0), *capsys.readouterr()

    return run


def one_clear_line(said: tuple[int, str, str]) -> str:
    """What a command that failed said: exit code 1, nothing but one line on standard error."""
    code, out, err = said
    assert (code, out, err.count("\n")) == (1, "", 1), said
    assert err.startswith("citewell: ")
    return err


PAPERS = (
    Paper(
        "p1", "Paper A", "Alpha tuning uses 40 layers. It beats beta tuning on most tasks. Training took three days."
    ),
    Paper("p2", "Paper B", "Beta tuning freezes the encoder. It needs 12 labels."),
    Paper("p3", "Paper C", "Gamma probes measure honesty. The probes are linear."),
    Paper("p4", "Paper D", "Delta search finds prompts. It runs on one machine."),
)
HEADER = '{"format": "citewell-gold", "version": 1, "name": "tiny"}'


def question(query_id: str, text: str, title: str, fact: str, reference: str, kind: str = "fact") -> dict[str, object]:
    return {
        "query_id": query_id,
        "question": text,
        "answerable": True,
        "kind": kind,
        "relevant_titles": [title],
        "key_facts": [fact],
        "reference_answers": [reference],
    }


def refused(query_id: str, text: str, scope: str, outcome: str) -> dict[str, object]:
    return {
        "query_id": query_id,
        "question": text,
        "answerable": False,
        "kind": "unanswerable",
        "scope": scope,
        "outcome": outcome,
    }


ROWS = (
    question("q1", "How many layers has alpha tuning?", "Paper A", r"\b40\b", "It has 40 layers.", "figure"),
    question("q2", "What does beta tuning freeze?", "Paper B", "encoder", "It freezes the encoder."),
    question("q3", "What do gamma probes measure?", "Paper C", "honesty", "They measure honesty."),
    question("q4", "Where does delta search run?", "Paper D", "one machine", "On one machine."),
    refused("q5", "Which learning rate has alpha tuning?", "near", "not_stated"),
    refused("q6", "How do I bake bread?", "far", "not_in_corpus"),
)
TEXTS = [str(row["question"]) for row in ROWS]
REPLIES = {
    TEXTS[0]: Reply(
        (("Alpha tuning uses 40 layers.", (("p1", "Alpha tuning uses 40 layers."),)),), ("p1", "p2"), confidence=0.9
    ),
    TEXTS[1]: Reply(
        (("Beta tuning freezes the encoder.", (("p2", "Beta tuning freezes the encoder."),)),),
        ("p1", "p2"),
        confidence=0.8,
    ),
    TEXTS[2]: Reply((("The probes are linear.", (("p3", "The probes are linear."),)),), ("p3",), confidence=0.7),
    TEXTS[3]: Reply((), ("p4",), outcome="not_stated", confidence=0.2),
    TEXTS[4]: Reply((("It is high.", ()),), ("p1",), confidence=0.4),
    TEXTS[5]: Reply((), (), outcome="not_in_corpus", confidence=0.1),
}
FORCED = {
    **REPLIES,
    TEXTS[3]: Reply((("It runs on one machine.", (("p4", "It runs on one machine."),)),), ("p4",), confidence=0.2),
    TEXTS[5]: Reply((("It runs on one machine.", (("p4", "It runs on one machine."),)),), ("p4",), confidence=0.1),
}


def write_gold(folder: Path, rows: object = ROWS) -> Path:
    file = folder / "tiny.jsonl"
    file.write_text("\n".join([HEADER, *map(json.dumps, rows)]) + "\n", encoding="utf8")  # type: ignore[call-overload]
    return file
