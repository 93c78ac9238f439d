"""Atom feeds as the arXiv API returns them."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.entries.identifiers import arxiv
from index.readers.entries.latex import untexed
from index.readers.entries.xml import content, xml_records

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def is_atom(start: str) -> bool:
    """Whether the root is a feed."""
    return bool(re.search(r"<(?:\w+:)?feed\b", start))


def read_atom(text: str, into: Collector) -> None:
    """Read a record from each entry of the feed."""
    for line, entry in xml_records(text, {f"{_ATOM}entry"}, into):
        add(_fields(entry), line, into)


def _fields(entry: Element) -> Fields:
    def get(name: str) -> str:
        return content(entry.find(name))

    address = get(f"{_ATOM}id")
    number = arxiv(address)
    links = [link.get("href", "") for link in entry.findall(f"{_ATOM}link")]
    return Fields(
        {
            "id": [number or address],
            "title": [untexed(get(f"{_ATOM}title"))],
            "abstract": [untexed(get(f"{_ATOM}summary")), untexed(get(f"{_ATOM}content"))],
            "authors": [[untexed(content(one.find(f"{_ATOM}name"))) for one in entry.iter(f"{_ATOM}author")]],
            "date": [get(f"{_ATOM}published"), get(f"{_ATOM}updated")],
            "venue": [untexed(get(f"{_ARXIV}journal_ref"))],
            "doi": [get(f"{_ARXIV}doi")],
            "arxiv": [number],
            "links": [[address] if address.startswith("http") else links],
            "keywords": [[one.get("term") for one in entry.findall(f"{_ATOM}category")]],
            "note": [get(f"{_ARXIV}comment")],
        }
    )
