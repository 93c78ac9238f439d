"""XML in a stream, hardened: records up to a fault are kept, entities that multiply are refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from index.readers.entries.collector import Collector
from index.readers.entries.markup import content

__all__ = ["content", "local", "xml_records"]
_PIECE = 2**18
_DEEPEST = 500
_LONG_TAG = re.compile(r"<[^<>]{1000000}")  # expat begins anew with each piece of a tag


class _TooDeep(ValueError):
    """Elements within elements, further than any record has them."""


class _Records(TreeBuilder):
    """Keeps each finished record with the line it began at, and whether the last one is still open."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = names
        self.found: list[tuple[int, Element]] = []
        self.begun: int | None = None
        self.depth = 0
        self.parser: DefusedXMLParser | None = None

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _TooDeep
        if tag in self.names and self.begun is None and self.parser is not None:
            self.begun = self.parser.parser.CurrentLineNumber
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        element = super().end(tag)
        if tag in self.names:
            self.found.append((self.begun or 1, element))
            self.begun = None
        return element


def xml_records(text: str, names: Collection[str], into: Collector) -> Iterator[tuple[int, Element]]:
    """The elements of these names (``{namespace}name``) with their lines, as they are read; each is emptied after use.

    What is wrong with the XML is reported.
    """
    if _LONG_TAG.search(text):
        into.fault(None, "the XML holds a tag of more than 1,000,000 characters; it is not read")
        return
    records = _Records(names)
    parser = DefusedXMLParser(target=records, encoding="utf-8", forbid_dtd=False, forbid_entities=True)
    records.parser = parser
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE].encode(errors="surrogateescape"))
            yield from _drained(records)
        parser.close()
    except ParseError as error:
        where = f"; the record that begins at line {records.begun} is lost" if records.begun else ""
        yield from _drained(records)
        into.fault(error.position[0], f"broken or cut XML: {error.msg}{where}")
    except DefusedXmlException:
        into.fault(None, "the XML defines entities, which can hide attacks; it is not read on")
    except UnicodeEncodeError:
        into.fault(None, "the XML holds half of a surrogate pair, no valid text")
    except _TooDeep:
        yield from _drained(records)
        into.fault(None, f"the XML is nested deeper than {_DEEPEST} elements; it is not read on")


def _drained(records: _Records) -> Iterator[tuple[int, Element]]:
    found, records.found = records.found, []
    for line, element in found:
        yield line, element
        element.clear()


def local(tag: object) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
