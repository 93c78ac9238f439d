"""All campaigns, and their figures as a table in docs/reliability.md: ``python tests/campaign/run.py [NAME=COUNT…]``.

Without names all run, at their full counts, for hours. A row of a campaign that did not run stays as it was.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "reliability.md"
COUNTS = {"mutations": 10_000, "kills": 200, "damage": 100, "questions": 5_000}
HEAD = "| campaign | day | figures |\n|---|---|---|\n"


def run(name: str, count: int) -> dict[str, Any]:
    """The figures of one campaign; its own process, so that none leans on another."""
    done = subprocess.run(
        [sys.executable, HERE / f"{name}.py", str(count)], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def row(found: dict[str, Any], day: str) -> str:
    """A row of the table."""
    told = ", ".join(
        f"{name.replace('_', ' ')} {json.dumps(value)}" for name, value in found.items() if name != "campaign"
    )
    return f"| {found['campaign']} | {day} | {told} |"


def place(rows: dict[str, str], page: str) -> str:
    """The page with these rows in the place of those of the same campaigns."""
    begin, end = page.index(HEAD) + len(HEAD), page.index("\n\n", page.index(HEAD))
    kept = {re.split(r"\W+", line)[1]: line for line in page[begin:end].splitlines()}
    return page[:begin] + "\n".join((kept | rows)[name] for name in COUNTS if name in kept | rows) + page[end:]


def main() -> None:
    """Run, and write the table."""
    asked = {name: int(count or COUNTS[name]) for name, _, count in (word.partition("=") for word in sys.argv[1:])}
    rows = {}
    for name, count in (asked or COUNTS).items():
        found = run(name, count)
        print(json.dumps(found), flush=True)
        rows[name] = row(found, date.today().isoformat())
        PAGE.write_text(place(rows, PAGE.read_text(encoding="utf8")), encoding="utf8")


if __name__ == "__main__":
    main()
