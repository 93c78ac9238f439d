"""Which format a text is in: told from its content, with the file's name only where it is prose or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.readers.formats.atom import is_atom
from index.readers.formats.bibtex import is_bibtex
from index.readers.formats.endnote import is_endnote
from index.readers.formats.endnote_xml import is_endnote_xml
from index.readers.formats.jats import is_jats
from index.readers.formats.jsonl import is_json
from index.readers.formats.listing import is_listing, text_lines
from index.readers.formats.medline import is_medline
from index.readers.formats.plain import has_front_matter, is_prose
from index.readers.formats.pubmed import is_pubmed
from index.readers.formats.ris import is_ris
from index.readers.formats.table import has_header
from index.readers.formats.wos import is_wos, is_wos_table

_NOTES = ("", ".txt", ".text", ".md", ".markdown")
# a file of such a name is told what its format lacks, where nothing is recognised
_BY_NAME = {
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".ris": "ris",
    ".html": "html",
    ".htm": "html",
    ".csv": "table",
    ".tsv": "table",
}
# what only a record of the format begins with
_BEGINS = {
    "bibtex": re.compile(r"^[^\S\n]*@[A-Za-z]+\{[^\s,{}()=]+,", re.MULTILINE),
    "ris": re.compile(r"^TY {1,2}- [A-Z]{3,6}\s*$", re.MULTILINE),
    "medline": re.compile(r"^PMID- \d", re.MULTILINE),
    "endnote": re.compile(r"^%0 [A-Z]", re.MULTILINE),
}
# names that no web page has
DATA = frozenset(_BY_NAME) - {".html", ".htm"} | {".nbib", ".enw", ".ciw"}
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|main|article|section|div|h[1-6]|p|ul|ol|table|meta|title)\b", re.I
)
_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.I)  # other XML has titles and sections, too
_HEAD, _LISTED = 65_536, 2**20  # characters that tell a format, and a listing
_MARKUP: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("atom", is_atom),
    ("pubmed", is_pubmed),
    ("jats", is_jats),
    ("endnote-xml", is_endnote_xml),
    ("html", lambda start: bool((_PAGE if start.startswith("<?xml") else _HTML).search(start[:4096]))),
)
_TEXT: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("json", is_json),
    ("wos", is_wos),
    ("wos-table", is_wos_table),
    ("markdown", has_front_matter),
    ("bibtex", is_bibtex),
    ("medline", is_medline),
    ("ris", is_ris),
    ("endnote", is_endnote),
    ("table", has_header),
)
# what a note in Markdown may quote without being it
_QUOTED = ("bibtex", "ris", "medline", "endnote")


def sniff(text: str, suffix: str) -> str:
    """The name of the reader for this text; "" where none fits."""
    suffix = suffix.lower()
    head = text[:_HEAD]
    start = head.lstrip()
    if start.startswith("<"):
        found = next((name for name, fits in _MARKUP if fits(start)), "")
        if found or start.startswith(("<?xml", "<!DOCTYPE")):
            return found
    return _first(head, suffix) or _BY_NAME.get(suffix, "") or _prose(text[:_LISTED], head, suffix)


def _first(head: str, suffix: str) -> str:
    """The format that the fewest first lines tell: what an abstract quotes further down is not what its file is."""
    formats = [one for one in _TEXT if not (suffix in (".md", ".markdown") and one[0] in _QUOTED)]
    lines, count = head.split("\n"), 1
    while True:
        begins = "\n".join(lines[:count])
        found = next((name for name, fits in formats if fits(begins)), "")
        if found or count >= len(lines):
            return found
        count *= 2


def also(text: str, name: str) -> list[str]:
    """The formats of records that a text holds besides the one that it was read as."""
    return [other for other, begins in _BEGINS.items() if name in _BEGINS and other != name and begins.search(text)]


def _prose(text: str, head: str, suffix: str) -> str:
    if is_listing(text_lines(text)):
        return "listing"
    return "plain" if suffix in _NOTES and is_prose(head) else ""
