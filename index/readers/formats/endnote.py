"""EndNote's tagged format (.enw, "refer"), as EndNote, Google Scholar and many libraries write it."""

from __future__ import annotations

import re

from index.readers.entries.collector import Collector
from index.readers.entries.fields import add
from index.readers.entries.tagged import LISTS, blocks, fields_of

_TAG = re.compile(r"%([0-9A-Z@!?$&^<>~*#(+\[])(?:[ \t]|$)(.*)")
_TYPED, _TITLED = re.compile(r"^%0 \w", re.MULTILINE), re.compile(r"^%T \S", re.MULTILINE)
_TAGS = {
    "id": "F",
    "keys": "F M",
    "title": "T",
    "abstract": "X",
    "authors": "A",
    "date": "8 D",
    "year": "D",
    "venue": "J B S",
    "doi": "R U",
    "links": "U",
    "kind": "0",
    "keywords": "K",
    "note": "Z O",
    "volume": "V",
    "issue": "N",
    "page_range": "P",
    "publisher": "I",
    "issn": "@",
    "language": "G",
}


def is_endnote(head: str) -> bool:
    """Whether lines begin with refer's tags: the type, or a title beside an author."""
    return bool(_TITLED.search(head)) and bool(_TYPED.search(head) or re.search(r"^%A \S", head, re.MULTILINE))


def read_endnote(text: str, into: Collector) -> None:
    """Read a record from each stretch that begins with a type, or after an empty line with a tag."""
    typed = bool(_TYPED.search(text))
    for block in blocks(text, _TAG, "0", gap=not typed):
        add(fields_of(block, _TAGS, LISTS), block.line, into)
