"""Atom feeds as the arXiv API returns them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from index.readers.entries.collector import Collector, Details
from index.readers.entries.dates import iso_date
from index.readers.entries.identifiers import arxiv, identifiers
from index.readers.entries.xml import content, xml_records

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def read_atom(text: str, into: Collector) -> None:
    """Read a record from each entry of the feed."""
    for line, entry in xml_records(text, {f"{_ATOM}entry"}, into):
        into.add(line, content(entry.find(f"{_ATOM}title")), content(entry.find(f"{_ATOM}summary")), **_details(entry))


def _details(entry: Element) -> Details:
    def get(name: str) -> str | None:
        return content(entry.find(name)) or None

    address = get(f"{_ATOM}id") or ""
    published = get(f"{_ATOM}published") or get(f"{_ATOM}updated")
    authors = tuple(filter(None, (content(author.find(f"{_ATOM}name")) for author in entry.iter(f"{_ATOM}author"))))
    return Details(
        entry_id=(arxiv(address) or address or None),
        authors=authors,
        authors_count=len(authors) or None,
        published=iso_date(published),
        published_text=published,
        venue=get(f"{_ARXIV}journal_ref"),
        identifiers=identifiers(get(f"{_ARXIV}doi"), links=(address,)),
        links=(address,) if address.startswith("http") else (),
    )
