"""Text that would steer a terminal, a Markdown viewer or a record of BibTeX, in every field that is printed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from index.writers import bibtex
from rag import Assistant
from ui.terminal.render import markdown

EVIL = "\x1b]0;owned\x07\x1b[2J<img src=x onerror=alert(1)> [x](javascript:alert(1)) },\n  note = {planted"
RECORD = {
    "id": "evil",
    "title": f"Moss {EVIL}",
    "authors": [f"Ann {EVIL}", "Bo Ek"],
    "abstract": f"Moss on roofs stores rain for nine hours. {EVIL} It cools the rooms below.",
    "venue": f"Roof {EVIL}",
    "published_text": f"May {EVIL}",
    "links": [f"https://example.org/{EVIL}"],
    "doi": f"10.5555/{EVIL}",
}


def cli(home: Path, *words: str | bytes, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "CITEWELL_HOME": str(home), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "ui.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=env, input=given, capture_output=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "papers").mkdir()
    (folder / "papers" / "a.jsonl").write_text(json.dumps(RECORD) + "\n{broken \x1b[2J\n", encoding="utf8")
    sync([folder / "papers"], index=folder / "index", embedder=FakeEmbedder())
    return folder


def test_no_escape_code_reaches_the_terminal(home: Path) -> None:
    listed = cli(home, "index", "papers", "--index", str(home / "index"))
    synced = cli(home, "index", "sync", str(home / "papers"), "--verbose", "--index", str(home / "new"))
    assert b"Moss" in listed.stdout and b"a.jsonl" in synced.stdout and b"a.jsonl:2:" in synced.stderr
    for done in (listed, synced):
        assert b"\x1b" not in done.stdout + done.stderr and b"\x07" not in done.stdout + done.stderr


def test_a_saved_answer_cannot_steer_the_terminal(home: Path, tmp_path: Path) -> None:
    with open_index(home / "index") as index:
        saved = Assistant(index, abstain=False).ask("How long does moss store rain?").to_dict()
    saved["question"] = EVIL
    saved["citations"] = [{**one, "title": EVIL} for one in saved["citations"]]
    saved["sentences"] = [{**one, "text": EVIL} for one in saved["sentences"]]
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(saved), encoding="utf8")
    for command in ("verify", "replay"):
        done = cli(home, command, str(file), "--index", str(home / "index"))
        assert b"Traceback" not in done.stderr and done.stdout
        assert b"\x1b" not in done.stdout + done.stderr


def test_markdown_and_bibtex_hold_the_text_as_text(home: Path) -> None:
    with open_index(home / "index") as index:
        answer = replace(Assistant(index, abstain=False).ask("How long does moss store rain?"), question=EVIL)
        papers = {paper.paper_id: paper for paper in index.papers()}
    text = markdown(answer, papers)
    assert "\\<img" in text and "\x1b" not in text
    assert "<img" not in text.replace("\\<img", "") and "[x](java" not in text
    entries = bibtex(list(papers.values()))
    assert entries.count("@") == 1
    assert not any(line.strip().startswith("note = {planted") for line in entries.splitlines())


def test_bytes_of_another_encoding_are_one_line(home: Path) -> None:
    for words, given in (((b"ask", b"caf\xe9?"), b""), ((b"ask", b"--file", b"-"), b"caf\xe9?\n")):
        done = cli(home, *words, "--index", str(home / "index"), given=given)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr and b"UTF-8" in done.stderr
