"""The short form of the campaign against faults; `make campaign` runs the long one."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT


def figures(script: str, count: int) -> dict[str, object]:
    """The line that a campaign prints."""
    command = [sys.executable, ROOT / "tests" / "campaign" / script, str(count), "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.long
def test_kills_lose_and_double_nothing() -> None:
    found = figures("kills.py", 10)
    assert found["kills"] == 10 and found["problems"] == [], found


@pytest.mark.long
def test_damaged_indexes_and_runs_are_one_line_and_can_be_mended() -> None:
    found = figures("damage.py", 15)
    assert (found["indexes"], found["runs"]) == (15, 15)
    assert found["problems"] == [] and found["run_problems"] == [] and found["files_harmed_by_advice"] == 0, found


@pytest.mark.long
def test_what_is_huge_or_deep_in_one_place_is_one_line_within_ten_seconds_and_500_megabytes() -> None:
    found = figures("mutations.py", 0)
    assert found["huge"] == 17 and found["huge_problems"] == [], found
