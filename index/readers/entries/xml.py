"""XML in a stream, hardened: records up to a fault are kept, entities that multiply are refused."""

from __future__ import annotations

from collections.abc import Collection
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from index.readers.entries.clean import one_line
from index.readers.entries.collector import Collector


class _Records(TreeBuilder):
    """Keeps each finished record with the line it began at, and whether the last one is still open."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = names
        self.found: list[tuple[int, Element]] = []
        self.begun: int | None = None
        self.parser: DefusedXMLParser | None = None

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        if tag in self.names and self.parser is not None:
            self.begun = self.parser.parser.CurrentLineNumber
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        element = super().end(tag)
        if tag in self.names:
            self.found.append((self.begun or 1, element))
            self.begun = None
        return element


def xml_records(text: str, names: Collection[str], into: Collector) -> list[tuple[int, Element]]:
    """The elements of these names (``{namespace}name``) with their lines; what is wrong with the XML is reported."""
    records = _Records(names)
    parser = DefusedXMLParser(target=records, encoding="utf-8", forbid_dtd=False, forbid_entities=True)
    records.parser = parser
    try:
        parser.feed(text.encode(errors="surrogateescape"))
        parser.close()
    except ParseError as error:
        where = f"; the record that begins at line {records.begun} is lost" if records.begun else ""
        into.fault(error.position[0], f"broken or cut XML: {error.msg}{where}")
    except DefusedXmlException:
        into.fault(None, "the XML defines entities, which can hide attacks; it is not read on")
    except UnicodeEncodeError:
        into.fault(None, "the XML holds half of a surrogate pair, no valid text")
    return records.found


def content(element: Element | None) -> str:
    """All the text in an element, on one line."""
    return "" if element is None else one_line("".join(element.itertext()))
