"""kill -9 in the middle of a run, the same command again: no question twice, and the same bytes as a run in one go."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT
from eval_fixtures import FORCED, PAPERS, REPLIES, ROWS, write_gold

from eval import load_run, run
from eval.harness.scripted import scripted_setup
from index import Index
from index.errors import InputError


def kill_after(lines: int, command: list[str], folder: Path, env: dict[str, str] | None = None) -> bytes:
    """Start a run and kill it when so many questions are finished: what is in its journal then."""
    journal = folder / "journal.jsonl"
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 240
        while not (journal.exists() and journal.read_bytes().count(b"\n") >= lines):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    assert not (folder / "results.jsonl").exists()
    return journal.read_bytes()


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    gold = write_gold(tmp_path)
    asked = tmp_path / "asked.txt"
    script = tmp_path / "slow.py"
    script.write_text(
        f"""
import sys, time
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from eval_fixtures import FORCED, PAPERS, REPLIES
from eval import run
from eval.harness.scripted import scripted_setup
def reply(question):
    with open({str(asked)!r}, "a") as log:
        log.write(question + "\\n")
    time.sleep(0.1)
    return REPLIES[question]
run({str(gold)!r}, out=sys.argv[1], setup=scripted_setup(PAPERS, reply, FORCED))
"""
    )
    command = [sys.executable, str(script), str(tmp_path / "run")]
    journal = tmp_path / "run/journal.jsonl"
    kill_after(2, command, tmp_path / "run")
    with pytest.raises(InputError, match=r"is not finished \(\d of 6 questions\)"):
        load_run(tmp_path / "run")
    with journal.open("ab") as file:
        file.write(b'{"result": {"exam')  # the line that the kill cut
    finished = {json.loads(line)["timing"]["query_id"] for line in journal.read_bytes().split(b"\n")[:-1]}
    asked.unlink()
    subprocess.run(command, check=True)
    again = set(asked.read_text().split("\n"))
    assert not {str(row["question"]) for row in ROWS if row["query_id"] in finished} & again
    run(gold, out=tmp_path / "whole", setup=scripted_setup(PAPERS, REPLIES, FORCED))
    assert (tmp_path / "run/results.jsonl").read_bytes() == (tmp_path / "whole/results.jsonl").read_bytes()
    before = (tmp_path / "run/results.jsonl").stat().st_mtime_ns
    subprocess.run(command, check=True)  # a finished run is left alone
    assert (tmp_path / "run/results.jsonl").stat().st_mtime_ns == before


@pytest.mark.long
def test_a_killed_run_of_the_real_set_up_ends_in_the_same_bytes(tmp_path: Path, demo: Index) -> None:
    env = {**os.environ, "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "ui.cli", "eval", "run", "--split", "dev", "--limit", "16"]
    command += ["--set", f"index={demo.path}", "--out"]
    kill_after(4, [*command, str(tmp_path / "run")], tmp_path / "run", env)
    for name in ("run", "whole"):
        subprocess.run([*command, str(tmp_path / name)], cwd=ROOT, env=env, check=True, capture_output=True)
    assert (tmp_path / "run/results.jsonl").read_bytes() == (tmp_path / "whole/results.jsonl").read_bytes()
