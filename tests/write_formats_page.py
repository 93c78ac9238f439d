"""Writes the tables of docs/formats.md: `python tests/write_formats_page.py`; a test holds the page against it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from format_samples import FACTS, SAMPLES, said

from index.readers import read_file
from index.readers.entries.field_names import NAMES

PAGE = Path(__file__).resolve().parent.parent / "docs/formats.md"


def names_table() -> str:
    """Each field of a paper with the names that are read."""
    rows = [f"| {field} | {' '.join(f'`{name}`' for name in names)} |" for field, names in NAMES.items()]
    return "\n".join(["| field of a paper | names that are read |", "|---|---|", *rows])


def kept_table() -> str:
    """Which fields come out of the sample of each format; the samples hold every field that their format has."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (file, text, _) in SAMPLES.items():
            Path(folder, file).write_text(text, encoding="utf8")
            found = said(read_file(Path(folder, file)).entries[0])
            rows.append(f"| {name} | {' | '.join('x' if field in found else '' for field in FACTS)} |")
    head = f"| sample | {' | '.join(FACTS)} |"
    return "\n".join([head, "|---" * (len(FACTS) + 1) + "|", *rows])


def filled(page: str) -> str:
    """The page with its tables made anew."""
    return _put(_put(page, "names", names_table()), "kept", kept_table())


def _put(page: str, name: str, table: str) -> str:
    pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf8")), encoding="utf8")
