"""docs/formats.md says what the readers do."""

import re

from conftest import ROOT

from index.merge.identity import NEAR_IDENTICAL
from index.readers.entries.collector import MAX_ABSTRACT, MAX_TITLE
from index.readers.entries.fields import NAMES
from index.readers.files import _READERS, MAX_BYTES

PAGE = (ROOT / "docs/formats.md").read_text(encoding="utf8")


def test_every_format_stands_in_the_table() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(_READERS)


def test_every_field_stands_with_its_names_in_order() -> None:
    rows = re.findall(r"^\| (\w+) \| ((?:`\w+` ?)+)", PAGE, re.MULTILINE)
    assert {field: tuple(re.findall(r"`(\w+)`", names)) for field, names in rows} == NAMES


def test_the_limits() -> None:
    for figure in (f"{MAX_BYTES // 2**20} MB", f"{MAX_TITLE:,}", f"{MAX_ABSTRACT:,}", f"{NEAR_IDENTICAL:.0f} of 100"):
        assert figure in PAGE
