"""`citewell models`, `ask --llm-url` against servers that misbehave, and `replay`, on the real command line."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from index import Index
from index.errors import UnknownName
from rag import Assistant
from rag.llms import ScriptedLLM
from ui.cli import create_app
from ui.terminal.render import markdown, show_answer
from ui.terminal.streamed import ask_aloud

WAYS = ["429", "500", "html", "empty", "json", "silence", "cut", "huge", "flood", "garbage", "error", "redirect"]
QUESTION = "Which loss does the Align and Prompt framework introduce?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def run(home: Path, *given: str) -> tuple[int, str]:
    result = CliRunner(env={"CITEWELL_HOME": str(home)}).invoke(create_app(), list(given))
    return result.exit_code, result.stdout


def test_models_lists_what_each_provider_lacks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    code, text = run(home, "models")
    assert code == 0
    assert max(map(len, text.splitlines())) <= 80
    assert [line.split()[0] for line in text.splitlines() if not line.startswith("    ")] == [
        *("providers", "extractive", "openai", "anthropic", "ollama", "gguf", "hf"),
        *("verifiers", "local", "nli", "nli:FOLDER", "llm-judge", "cross-encoder:MODEL"),
    ]
    assert "needs OPENAI_API_KEY in the environment" in text
    listed = json.loads(run(home, "models", "--json")[1])["providers"]
    assert listed[0] == {"name": "extractive", "what": listed[0]["what"], "usable": True, "lacks": None}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_a_server_does_there_is_an_answer(home: Path, port: int, way: str) -> None:
    url = f"http://127.0.0.1:{port}/{way}/v1"
    code, text = run(home, "ask", QUESTION, "--llm", "openai:m", "--llm-url", url, "--llm-timeout", "0.8")
    assert code == 0
    assert "video-text contrastive (VTC) loss" in text
    assert text.count("quoting the papers, because") == 1


def test_without_fallback_there_is_one_line_and_exit_code_1(home: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/html/v1"
    command = [sys.executable, "-m", "ui.cli", "ask", QUESTION, "--llm-url", url, "--no-fallback"]
    env = {**os.environ, "CITEWELL_HOME": str(home)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    line = f"citewell: url:html-model at {url} answered nothing that can be read"
    assert done.stderr.strip().splitlines()[-1] == line


def test_the_verifier_can_be_named(home: Path, port: int) -> None:
    given = ["ask", QUESTION, "--llm-url", f"http://127.0.0.1:{port}/html/v1", "--json", "--verifier"]
    code, text = run(home, *given, "local")
    assert (code, dict(json.loads(text)["receipt"]["parameters"])["verifier"]) == (0, "local")
    result = CliRunner(env={"CITEWELL_HOME": str(home)}).invoke(create_app(), [*given, "locl"])
    assert isinstance(result.exception, UnknownName) and "'locl'" in str(result.exception)


def test_a_replayed_answer_is_the_same_until_something_changes(home: Path, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(run(home, "ask", QUESTION, "--json")[1], encoding="utf8")
    code, text = run(home, "replay", str(saved))
    assert (code, "the same answer" in text) == (0, True)
    answer = json.loads(saved.read_text(encoding="utf8"))
    answer["sentences"][0]["text"] = "It was another sentence."
    saved.write_text(json.dumps(answer), encoding="utf8")
    code, text = run(home, "replay", str(saved))
    assert code == 3
    assert "- It was another sentence. (supported)\n    + gone" in text
    saved.write_text(json.dumps({**answer, "sentences": 5}), encoding="utf8")
    result = CliRunner(env={"CITEWELL_HOME": str(home)}).invoke(create_app(), ["replay", str(saved)])
    assert str(result.exception) == "this is no saved answer of citewell: sentences: Input should be a valid tuple"


class Terminal(io.StringIO):
    """What rich takes for a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_lines_break_between_words(demo: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    long = "The Align and Prompt framework introduces a video-text contrastive (VTC) loss " + "and another loss " * 9
    assistant = Assistant(demo, llm=ScriptedLLM(f"{long}."), verifier="local")
    shown = {}
    for out in (Terminal(), io.StringIO()):
        answer = ask_aloud(assistant, QUESTION, None, out)
        show_answer(answer, {}, out, told=True)
        shown[type(out)] = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue())
    assert shown[Terminal].split() == shown[io.StringIO].split()
    assert max(map(len, shown[Terminal].splitlines())) <= 80 < max(map(len, shown[io.StringIO].splitlines()))
    quoted = shown[Terminal].partition("“")[2].partition("”")[0].splitlines()
    assert len(quoted) > 1 and all(line.startswith("    ") for line in quoted[1:])


def test_markdown_strikes_what_is_not_supported(demo: Index) -> None:
    said = (
        "The Align and Prompt framework introduces a video-text contrastive loss [1]. Bananas grow yellow *here* [1]."
    )
    answer = Assistant(demo, llm=ScriptedLLM(said), verifier="local").ask(QUESTION)
    text = markdown(answer, {})
    assert "video-text contrastive loss [^1]." in text
    assert re.search(r"^~~Bananas grow yellow \\\*here\\\*\.~~\S* \(unchecked: .+\)$", text, re.MULTILINE)
    assert set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)) <= set(re.findall(r"[\s~]\[\^(\d+)\]", text))
