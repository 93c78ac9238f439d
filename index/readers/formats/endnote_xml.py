"""EndNote's XML export, which other programs write as well."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.entries.markup import content
from index.readers.entries.xml import xml_records

_PATHS = {
    "keys": "label accession-num",
    "title": "titles/title titles/translated-title",
    "abstract": "abstract",
    "date": "dates/pub-dates/date dates/year",
    "year": "dates/year",
    "venue": "titles/secondary-title periodical/full-title periodical/abbr-1 titles/alt-title",
    "doi": "electronic-resource-num urls/related-urls/url",
    "note": "notes research-notes",
    "volume": "volume",
    "issue": "number issue",
    "page_range": "pages",
    "publisher": "publisher",
    "issn": "isbn",
    "language": "language",
}


def is_endnote_xml(start: str) -> bool:
    """Whether the root is ``<xml><records><record>`` with EndNote's elements."""
    return bool(re.search(r"<records>\s*<record>", start)) and "<titles>" in start


def read_endnote_xml(text: str, into: Collector) -> None:
    """Read a record from each ``<record>``."""
    for line, record in xml_records(text, {"record"}, into):
        add(_fields(record), line, into)


def _fields(record: Element) -> Fields:
    def all_of(path: str) -> list[str]:
        return [found for element in record.findall(path) if (found := content(element))]

    fields: dict[str, list[object]] = {
        name: [text for path in paths.split() for text in all_of(path)] for name, paths in _PATHS.items()
    }
    kind = record.find("ref-type")
    fields["kind"] = [kind.get("name")] if kind is not None else []
    fields["authors"] = [all_of("contributors/authors/author")]
    fields["keywords"] = [all_of("keywords/keyword")]
    fields["links"] = [all_of("urls/related-urls/url"), all_of("urls/web-urls/url"), all_of("urls/pdf-urls/url")]
    return Fields(fields)
