"""RIS, with the tags of a record in any order and of any writer: Zotero, EndNote, Web of Science, Scopus, Rayyan."""

from __future__ import annotations

import re

from index.readers.entries.collector import Collector
from index.readers.entries.fields import add
from index.readers.entries.tagged import LISTS, Block, blocks, fields_of

_TAG = re.compile(r"[^\S\n]*([A-Z][A-Z0-9]) {1,2}-(?: |$)(.*)")
_TYPE = re.compile(r"^[^\S\n]*TY {1,2}-", re.MULTILINE)
_TAGS = {
    "id": "ID LB",
    "keys": "AN",
    "title": "TI T1 CT TT BT ST",
    "abstract": "AB N2",
    "authors": "AU A1",
    "date": "DA Y1",
    "year": "PY Y1 YR",
    "venue": "JF T2 JO JA J1 J2 BT C3",
    "doi": "DO DI L3 M3 UR LK N1",
    "links": "UR LK L1 L2",
    "kind": "TY",
    "keywords": "KW",
    "note": "N1",
    "volume": "VL",
    "issue": "IS CP",
    "first_page": "SP C7",  # Scopus: the number of an article without pages
    "last_page": "EP",
    "publisher": "PB",
    "issn": "SN",
    "language": "LA",
}
KINDS = {
    "JOUR": "journal article",
    "EJOUR": "journal article",
    "JFULL": "journal",
    "MGZN": "magazine article",
    "NEWS": "newspaper article",
    "CONF": "conference paper",
    "CPAPER": "conference paper",
    "CHAP": "book chapter",
    "ECHAP": "book chapter",
    "BOOK": "book",
    "EBOOK": "book",
    "THES": "thesis",
    "RPRT": "report",
    "UNPB": "preprint",
    "INPR": "preprint",
    "ABST": "abstract",
    "DATA": "dataset",
}


def is_ris(head: str) -> bool:
    """Whether a line says what type a reference is of, as each record of RIS must."""
    return bool(_TYPE.search(head))


def read_ris(text: str, into: Collector) -> None:
    """Read a record from each stretch of tagged lines up to its ER line."""
    if not is_ris(text):
        into.fault(None, "no RIS record in this file (none has a TY line)")
        return
    last: Block | None = None
    for block in blocks(text, _TAG, "TY", "ER"):
        if last:
            _add(last, into)
        last = block
    if last and last.closed:
        _add(last, into)
    elif last:
        into.reject(last.line, "the record has no ER line; the file may be cut off")


def _add(block: Block, into: Collector) -> None:
    block.tags = [(tag, [KINDS.get(lines[0], lines[0].lower())] if tag == "TY" else lines) for tag, lines in block.tags]
    database = " ".join(block.values("DB") + block.values("DP")).lower()
    tags = dict(_TAGS)
    if "pubmed" in database or "medline" in database:
        tags |= {"pmid": "AN C2"}
    add(fields_of(block, tags, LISTS), block.line, into)  # EndNote: a keyword a line
