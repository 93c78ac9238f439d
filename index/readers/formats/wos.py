"""Web of Science: the tagged export (.txt, .ciw) and the tab-delimited one, which share their field tags."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.readers.entries.clean import flowed
from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.entries.tagged import LONGEST, blocks, fields_of

_TAG = re.compile(r"([A-Z][A-Z0-9])(?: |$)(.*)")
_HEAD = re.compile(r"\s*FN [^\n]*(?:Clarivate|Thomson|ISI|Web of)[^\n]*\nVR ", re.IGNORECASE)
_TAGS = {
    "id": "UT",
    "keys": "UT",
    "title": "TI",
    "abstract": "AB",
    "authors": "AF AU CA",
    "date": "PD EA",
    "year": "PY EA",
    "venue": "SO JI J9 SE BS",
    "doi": "DI D2",
    "pmid": "PM",
    "kind": "DT",
    "keywords": "DE ID",
    "volume": "VL",
    "issue": "IS",
    "first_page": "BP AR",
    "last_page": "EP",
    "publisher": "PU",
    "issn": "SN EI",
    "isbn": "BN",
    "language": "LA",
}
TAG_COLUMNS = frozenset(("PT", "AU", "TI", "SO", "PY", "UT", "AB"))


def is_wos(head: str) -> bool:
    """Whether a text is tagged as Web of Science does: its header, or a record from PT to ER."""
    if _HEAD.match(head):
        return True
    tags = {line[:2] for line in head.split("\n") if re.match(r"[A-Z][A-Z0-9](?: |$)", line)}
    return bool(re.search(r"^PT [JBSPC]$", head, re.MULTILINE)) and len(tags & {"AU", "TI", "SO", "PY", "UT", "ER"}) > 2


def is_wos_table(head: str) -> bool:
    """Whether the first line names columns by Web of Science's tags."""
    return len(TAG_COLUMNS & set(head.lstrip().split("\n", 1)[0].split("\t"))) >= 4


def read_wos(text: str, into: Collector) -> None:
    """Read a record from each stretch between PT and ER; a continued line of authors is another author."""
    for block in blocks(text, _TAG, "PT", "ER"):
        block.tags = [(tag, lines) for tag, lines in block.tags if tag not in ("FN", "VR", "EF")]
        groups = block.values("CA")
        block.tags += [(tag, groups) for tag in ("AF", "AU") if groups and block.values(tag)]
        if not block.tags:
            continue
        if block.closed:
            add(fields_of(block, _TAGS), block.line, into)
        else:
            into.reject(block.line, "the record has no ER line; the file may be cut off")


def read_wos_table(text: str, into: Collector) -> None:
    """Read a record from each line of tab-delimited text; no field is quoted, and authors are parted by ``;``."""
    lines = text.split("\n")
    first = next(place for place, line in enumerate(lines) if line.strip())
    header = lines[first].strip().split("\t")
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        if not line.strip():
            continue
        row = dict(zip(header, (flowed(value[:LONGEST].strip(' "')) for value in line.split("\t")), strict=False))
        add(tagged_row(row), number, into)


def tagged_row(row: Mapping[str, str]) -> Fields:
    """A row of a table whose columns are named by tags, as bibliometrix writes it as well."""
    return Fields({name: [row[tag] for tag in tags.split() if row.get(tag)] for name, tags in _TAGS.items()})
