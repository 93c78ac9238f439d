"""Writes the tables of docs/formats.md: `python tests/write_formats_page.py`; a test holds the page against it."""

from __future__ import annotations

import re
from pathlib import Path

from index.readers.entries.field_names import NAMES

PAGE = Path(__file__).resolve().parent.parent / "docs/formats.md"


def names_table() -> str:
    """Each field of a paper with the names that are read."""
    rows = [f"| {field} | {' '.join(f'`{name}`' for name in names)} |" for field, names in NAMES.items()]
    return "\n".join(["| field of a paper | names that are read |", "|---|---|", *rows])


def filled(page: str) -> str:
    """The page with its tables made anew."""
    return _put(page, "names", names_table())


def _put(page: str, name: str, table: str) -> str:
    pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf8")), encoding="utf8")
