"""Which format a text is in: told from its content, with the file's name only where the content leaves it open."""

from __future__ import annotations

import re

from index.readers.formats.listing import is_listing, text_lines
from index.readers.formats.table import has_header

_PLAIN = ("", ".txt", ".text", ".md", ".markdown")
_BY_NAME = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".ris": "ris",
    ".html": "html",
    ".htm": "html",
    ".csv": "table",
    ".tsv": "table",
}
_BIBTEX = re.compile(r"^\s*@\w+\s*[{(]\s*[^\s,{}()=]+\s*,", re.MULTILINE)
_RIS = re.compile(r"^TY {1,2}- ?[A-Z]", re.MULTILINE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|main|article|section|div|h[1-6]|p|ul|ol|table|meta|title)\b", re.I
)
_HEAD = 65_536


def sniff(text: str, suffix: str) -> str:
    """The name of the reader for this text; "" where none fits."""
    suffix = suffix.lower()
    head = text[:_HEAD]
    start = head.lstrip()
    return _by_markup(start) or _by_marks(head, start, suffix) or _by_name(text, suffix)


def _by_markup(start: str) -> str:
    if not start.startswith("<"):
        return ""
    if re.search(r"<(?:\w+:)?feed\b", start):
        return "atom"
    if re.search(r"<!DOCTYPE\s+Pubmed|<Pubmed(?:Article|Book)", start, re.I):
        return "pubmed"
    if _HTML.search(start[:4096]):
        return "html"
    return "xml" if start.startswith(("<?xml", "<!DOCTYPE")) else ""


def _by_marks(head: str, start: str, suffix: str) -> str:
    lines = [line for line in head.split("\n") if line.strip()]
    objects = sum(line.lstrip().startswith('{"') for line in lines)
    if re.match(r'\{\s*["}]', start) or objects * 2 > len(lines) or re.match(r"\[\s*\{\s*\"", start):
        return "jsonl"
    if suffix not in (".md", ".markdown"):
        if _BIBTEX.search(head):
            return "bibtex"
        if _RIS.search(head):
            return "ris"
    return "table" if has_header(head) else ""


def _by_name(text: str, suffix: str) -> str:
    if suffix in _BY_NAME:
        return _BY_NAME[suffix]
    if is_listing(text_lines(text)):
        return "listing"
    return "plain" if suffix in _PLAIN else ""
