"""docs/formats.md says what the readers do."""

import re

from write_formats_page import PAGE, filled

from index.merge.likeness import NEAR_IDENTICAL
from index.readers.entries.collector import MAX_ABSTRACT, MAX_REJECTS, MAX_TITLE
from index.readers.entries.xml import _DEEPEST
from index.readers.files import _READERS, MAX_BYTES

TEXT = PAGE.read_text(encoding="utf8")


def test_every_format_stands_in_the_table() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)) == set(_READERS)


def test_the_tables_are_as_the_command_makes_them() -> None:
    assert filled(TEXT) == TEXT, "run: python tests/write_formats_page.py"


def test_the_limits() -> None:
    words = " ".join(TEXT.split())
    limits = (f"{MAX_BYTES // 2**20} MB", f"{MAX_TITLE:,}", f"{MAX_ABSTRACT:,}", f"{NEAR_IDENTICAL:.0f} of 100")
    for figure in (*limits, f"beyond {MAX_REJECTS} reports", f"deeper than {_DEEPEST} elements"):
        assert figure in words
