"""Tables with a header line that names their columns: commas, semicolons, bars or tabs between the fields."""

from __future__ import annotations

import csv
import io
from typing import Any

from index.readers.entries.collector import Collector, shortened
from index.readers.entries.field_names import NAMES
from index.readers.entries.fields import add, add_record, field_name
from index.readers.entries.names import unglued
from index.readers.formats.wos import TAG_COLUMNS, tagged_row

_DELIMITERS = ",\t;|"
_MAX_RESTARTS = 100
_PREFACE = 6  # lines that may stand above the header: what was exported, when
_BESIDE = ("authors", "year", "venue", "doi", "pmid")


def has_header(text: str) -> bool:
    """Whether one of the first lines names the columns of a table of papers."""
    return _header(text) is not None


def read_table(text: str, into: Collector) -> None:
    """Read a record from each row below the header."""
    found = _header(text)
    if found is None:
        first_line = next((line for line in text.split("\n") if line.strip()), "")
        wanted = "a title, and an abstract or two of authors, year, journal, DOI and PMID, in English"
        seen = f"its first line is “{shortened(first_line)}”"
        into.fault(1, f"no line names the columns of a table of papers: {wanted}; {seen}")
        return
    first, delimiter = found
    lines = text.split("\n")
    header = next(csv.reader([lines[first]], delimiter=delimiter))
    place, restarts = first + 1, 0
    while place < len(lines):
        broken = _read_rows(lines, place, header, delimiter, into)
        if broken is None:
            return
        into.reject(broken + 1, "broken row: a quotation mark is not closed, or stands where none may")
        place, restarts = broken + 1, restarts + 1
        if restarts == _MAX_RESTARTS:
            into.fault(place + 1, f"more than {_MAX_RESTARTS} broken rows; the rest of the file is left out")
            return


def _header(text: str) -> tuple[int, str] | None:
    """The place of the line that names the columns, and what parts them."""
    for place, line in enumerate(text[:100_000].split("\n")[:_PREFACE]):
        delimiter = _delimiter(line[:10_000])
        if delimiter is not None:
            return place, delimiter
    return None


def _delimiter(line: str) -> str | None:
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(row) > 3 and len(TAG_COLUMNS & set(row)) >= 4:
            return delimiter
        columns = set(map(field_name, row))
        beside = sum(bool(columns & set(NAMES[field])) for field in _BESIDE)
        named = bool(columns & set(NAMES["abstract"])) or beside >= 2
        if len(row) > 1 and columns & set(NAMES["title"]) and named and all(len(name) < 80 for name in row):
            return delimiter
    return None


def _read_rows(lines: list[str], place: int, header: list[str], delimiter: str, into: Collector) -> int | None:
    """Read rows from a line on; where one is broken, that line's index, so that reading resumes behind it."""
    reader = csv.reader((line + "\n" for line in lines[place:]), delimiter=delimiter, strict=True)
    begin = place
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            return begin
        if row is None:
            return None
        _add_row(row, header, begin + 1, into)
        begin = place + reader.line_num


def _add_row(row: list[str], header: list[str], line: int, into: Collector) -> None:
    if not any(map(str.strip, row)):
        return
    if len(row) > len(header) and any(field.strip() for field in row[len(header) :]):
        into.reject(line, f"{len(row)} fields where the header names {len(header)}")
        return
    record: dict[str, Any] = dict(zip(header, row, strict=False))
    if "Item DOI" in record:  # Springer sets nothing between authors
        record["Authors"] = unglued(record.get("Authors", ""))
    if len(TAG_COLUMNS & set(header)) >= 4:
        add(tagged_row(record), line, into)
    else:
        add_record(record, line, into)
