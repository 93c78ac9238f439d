"""MEDLINE, PubMed's own tagged format: .nbib of "Citation manager", .txt of "PubMed format"."""

from __future__ import annotations

import re

from index.readers.entries.clean import unbracketed
from index.readers.entries.collector import Collector
from index.readers.entries.fields import add
from index.readers.entries.tagged import Block, blocks, fields_of

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- (.*)")
_MARKS = re.compile(r"^(PMID|OWN |STAT|FAU |DP  |JT  |LID |PT  |TA  |PHST|EDAT|MHDA)- ", re.MULTILINE)
_TAGS = {
    "id": "PMID",
    "pmid": "PMID",
    "keys": "PMC",
    "title": "TI BTI TT",
    "abstract": "AB OAB",
    "authors": "FAU AU",
    "date": "DP DEP",
    "year": "DP",
    "venue": "JT TA CTI",
    "doi": "LID AID",
    "kind": "PT",
    "keywords": "OT MH",
    "volume": "VI",
    "issue": "IP",
    "page_range": "PG",
    "publisher": "PB",
    "issn": "IS",
    "isbn": "ISBN",
    "language": "LA",
    "retracted": "RIN",
}


def is_medline(head: str) -> bool:
    """Whether lines carry tags that only MEDLINE has: a PMID, or three of its others."""
    found = set(_MARKS.findall(head))
    return "PMID" in found or len(found) >= 3


def read_medline(text: str, into: Collector) -> None:
    """Read a record from each stretch that begins with a PMID or after an empty line."""
    for block in blocks(text, _TAG, "PMID", gap=True):
        _add(block, into)


def _add(block: Block, into: Collector) -> None:
    dois = [value for tag in ("LID", "AID") for value in block.values(tag) if value.endswith("[doi]")]
    kinds, groups = "; ".join(block.values("PT")), block.values("CN")
    retracted = [f"Retracted in: {value}" for value in block.values("RIN")]
    kept = [(tag, lines) for tag, lines in block.tags if tag not in ("LID", "AID", "PT", "RIN")]
    kept += [("LID", [doi.removesuffix("[doi]")]) for doi in dois] + [("PT", [kinds])]
    kept += [("RIN", [text]) for text in retracted]
    kept = [(tag, [unbracketed(" ".join(lines))]) if tag == "TI" else (tag, lines) for tag, lines in kept]
    kept += [(tag, [name]) for name in groups for tag in ("FAU", "AU") if block.values(tag) or tag == "AU"]
    block.tags = kept
    add(fields_of(block, _TAGS), block.line, into)
