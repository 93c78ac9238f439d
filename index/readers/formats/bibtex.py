"""BibTeX, entry by entry, so that a broken one does not take the next with it."""

from __future__ import annotations

import re

import bibtexparser.latexenc
from bibtexparser.bparser import BibTexParser
from pyparsing import ParseBaseException

from index.readers.entries.clean import flowed
from index.readers.entries.collector import Collector
from index.readers.entries.fields import add_record

_START = re.compile(r"(?:^|(?<=\}))[^\S\n]*@(\w+)\s*[{(]", re.MULTILINE)
_NO_PAPERS = ("comment", "preamble")
_CITED = re.compile(r"~?\\cite\w*\s*(?:\[[^\]]*\])*\{[^{}]*\}")
_STYLED = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|rm|sf|sl|up|normal)?|emph|mathrm|mathbf|mathit|mathcal|underline|url|mbox)\s*\{([^{}]*)\}"
)
# what the parser is known to raise on broken entries
_FAULTS = (ParseBaseException, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


def read_bibtex(text: str, into: Collector) -> None:
    """Read a record from each entry; strings that the file defines hold for the entries below them."""
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    parser.expect_multiple_parse = True
    starts = list(_START.finditer(text))
    if not starts:
        into.fault(None, "no BibTeX entry in this file")
        return
    line, seen = 1, 0
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        line, seen = line + text.count("\n", seen, start.start()), start.start()
        kind = start.group(1).lower()
        if kind not in _NO_PAPERS:
            block = text[start.start() : following.start() if following else len(text)]
            _read_entry(parser, kind, block, line, into)


def _read_entry(parser: BibTexParser, kind: str, block: str, line: int, into: Collector) -> None:
    known = len(parser.bib_database.entries)
    try:
        parser.parse(block, partial=False)
        entries = parser.bib_database.entries[known:]
        fields = [{key: _plain(str(value)) for key, value in entry.items()} for entry in entries]
    except _FAULTS:
        fields = []
    if kind == "string":
        return
    if not fields or block.count("{") > block.count("}"):
        into.reject(line, "broken BibTeX entry: a brace or quotation mark is not closed, or a comma is missing")
        return
    for record in fields:
        add_record(_dated(record), line, into)


def _dated(record: dict[str, str]) -> dict[str, str]:
    """The record with year and month as one date."""
    year, month = record.get("year", ""), record.get("month", "")
    if year and month and "date" not in record:
        record["date"] = f"{year}-{int(month):02d}" if re.fullmatch(r"[0-9]{1,2}", month) else f"{month} {year}"
    return record


def _plain(value: str) -> str:
    """A field without its TeX: accents and symbols as characters, styles and braces gone, formulas kept."""
    text = _STYLED.sub(r"\1", _CITED.sub("", value))
    if "\\" in text or "{" in text:
        text = bibtexparser.latexenc.latex_to_unicode(text)
    return flowed(text.replace("~", " ") if "http" not in text else text)
