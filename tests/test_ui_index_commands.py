"""`citewell index …` as a user runs it: output, exit codes, one line for an error."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import ROOT
from test_index_sync import write
from typer.testing import CliRunner, Result

from index.embedding.fake import FakeEmbedder
from ui.cli import create_app


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return write(tmp_path / "papers" / "a.jsonl", "apples", "bananas").parent


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "index")


def citewell(*arguments: str | Path) -> Result:
    return CliRunner().invoke(create_app(), [str(one) for one in arguments])


def test_sync_says_what_it_did_and_a_second_one_that_nothing_was_to_do(papers: Path, place: str) -> None:
    planned = citewell("index", "sync", papers, "--index", place, "--model", "fake", "--dry-run")
    assert planned.stdout.startswith("would be: 2 papers from 2 records: 2 added")
    assert not Path(place).exists()
    first = citewell("index", "sync", papers, "--index", place, "--model", "fake")
    said, file = first.stdout.splitlines()
    assert (first.exit_code, said) == (
        0,
        "2 papers from 2 records: 2 added, 0 changed, 0 merged, 0 deleted, 0 unchanged",
    )
    assert file.endswith("a.jsonl: jsonl, 2 records")
    second = citewell("index", "sync", papers, "--index", place, "--json")
    counts = json.loads(second.stdout)
    assert second.exit_code == 0 and (counts["added"], counts["unchanged"], counts["rejects"]) == (0, 2, [])


def test_rejects_are_listed_and_the_exit_code_is_3(papers: Path, place: str) -> None:
    (papers / "broken.jsonl").write_bytes(b"\x00\x01\x02 not a paper \xff" * 20)
    done = citewell("index", "sync", papers, "--index", place, "--model", "fake")
    assert done.exit_code == 3
    assert "broken.jsonl" in done.stderr and "could not be used; the rest is in" in done.stderr
    assert "2 added" in done.stdout


def test_info_papers_and_remove(papers: Path, place: str) -> None:
    citewell("index", "sync", papers, "--index", place, "--model", "fake")
    facts = json.loads(citewell("index", "info", "--index", place, "--json").stdout)
    assert (facts["papers"], facts["entries"], facts["files"], facts["model"]) == (2, 2, 1, "fake")
    assert (facts["sentences"], facts["unfinished"], facts["dimension"]) == (6, False, FakeEmbedder().dimension)
    assert "papers" in citewell("index", "info", "--index", place).stdout
    listed = citewell("index", "papers", "--index", place).stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["apples", "bananas"]
    assert citewell("index", "remove", "apples", "--index", place).stdout == "removed 1 paper\n"
    left = json.loads(citewell("index", "papers", "--index", place, "--json").stdout)["papers"]
    assert [paper["paper_id"] for paper in left] == ["bananas"] and left[0]["abstract"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from ui.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_an_error_is_one_line_and_wrong_usage_is_2(place: str) -> None:
    missing = run("index", "info", "--index", place)
    assert missing.returncode == 1 and missing.stdout == ""
    assert missing.stderr.startswith("citewell: no index at ") and missing.stderr.count("\n") == 1
    assert run("index", "sync").returncode == 2
    assert run("index", "nonsense").returncode == 2
    assert run("index", "sync", "x", "--model-url", "http://x").returncode == 2


def test_the_version_is_told() -> None:
    done = citewell("--version")
    assert (done.exit_code, done.stdout) == (0, f"citewell {version('citewell')}\n")


def test_help_is_there_and_loads_nothing_heavy() -> None:
    code = "import sys; from ui.cli import create_app; create_app(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "chromadb", "transformers", "llama_index", "gradio"} & set(done.stdout.split())
    shown = citewell("index", "sync", "--help")
    assert shown.exit_code == 0 and "--dry-run" in shown.stdout


def test_no_index_is_made_of_nothing_so_that_the_demo_corpus_still_answers(tmp_path: Path, place: str) -> None:
    for nothing in (tmp_path / "mistyped", tmp_path):
        done = citewell("index", "sync", nothing, "--index", place, "--model", "fake")
        assert done.exit_code == 3 and "no paper was found" in done.stderr
        assert not Path(place).exists()


def test_one_paper_is_one_paper(tmp_path: Path, place: str) -> None:
    file = write(tmp_path / "one.jsonl", "apples")
    done = citewell("index", "sync", file, "--index", place, "--model", "fake")
    assert done.stdout.startswith("1 paper from 1 record: 1 added")
