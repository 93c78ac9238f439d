"""The scripts in examples/, run as a reader would run them, over the demo corpus."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

Said = Callable[..., list[str]]


@pytest.fixture
def said(demo_home: Path, tmp_path: Path) -> Said:
    def run(name: str, *words: object) -> list[str]:
        done = subprocess.run(
            [sys.executable, str(ROOT / "examples" / name), *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "CITEWELL_HOME": str(demo_home), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_ask_from_python(said: Said) -> None:
    lines = said("ask_from_python.py")
    assert lines[0] == "answered" and any(line.startswith("[1] ") and "Community" in line for line in lines)
    detail, elsewhere = lines[-2].split(" - ")[0], lines[-1].split(" - ")[0]
    assert detail in {"closest", "not_stated"} and elsewhere == "not_in_corpus"


def test_llamaindex_query_engine(said: Said) -> None:
    retrieved, answered, outcome = said("llamaindex_query_engine.py")[:3]
    assert retrieved == "retrieved: Grammar-Aligned Decoding" and answered.startswith("answered: ")
    assert outcome == "outcome: answered"


def test_compare_two_setups(said: Said, tmp_path: Path) -> None:
    lines = said("compare_two_setups.py", tmp_path / "compared")
    assert [line.split(":")[0] for line in lines] == ["recall@5", "key_fact_recall"]
    assert all(" -> " in line and "chance" in line for line in lines)
    assert said("compare_two_setups.py", tmp_path / "compared") == lines  # finished runs are read, not repeated


def test_sync_reference_manager(said: Said, tmp_path: Path) -> None:
    bib = tmp_path / "mine.bib"
    bib.write_text((ROOT / "examples/references.bib").read_text(encoding="utf8"), encoding="utf8")
    first = said("sync_reference_manager.py", bib, tmp_path / "index")
    assert first[0] == "2 added, 0 changed, 0 deleted, 0 unchanged"
    assert "Kettle: Heat Control for Brewing Agents" in first and "hinge loss" in first[-1]
    kept = bib.read_text(encoding="utf8").split("@inproceedings")[0]
    bib.write_text(kept, encoding="utf8")
    again = said("sync_reference_manager.py", bib, tmp_path / "index")
    assert again[0] == "0 added, 0 changed, 1 deleted, 1 unchanged"
