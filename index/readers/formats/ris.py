"""RIS, record by record, so that a broken one does not take the next with it."""

from __future__ import annotations

import re

import rispy

from index.readers.entries.clean import flowed
from index.readers.entries.collector import Collector
from index.readers.entries.fields import add_record

_START = re.compile(r"^TY {1,2}-", re.MULTILINE)
_END = re.compile(r"^ER {1,2}-", re.MULTILINE)
_FAULTS = (rispy.parser.ParseError, ValueError, KeyError, TypeError, AttributeError)


def read_ris(text: str, into: Collector) -> None:
    """Read a record from each stretch that begins with a TY line."""
    starts = [found.start() for found in _START.finditer(text)]
    if not starts:
        into.fault(None, "no RIS record in this file (none begins with a TY line)")
        return
    line, seen = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line, seen = line + text.count("\n", seen, start), start
        _read_record(text[start:end], line, end == len(text), into)


def _read_record(block: str, line: int, last: bool, into: Collector) -> None:
    closed = _END.search(block)
    if last and not closed:
        into.reject(line, "the record has no ER line; the file may be cut off")
        return
    body = re.sub(r"^([A-Z][A-Z0-9]) -", r"\1  -", block[: closed.start() if closed else None], flags=re.MULTILINE)
    try:
        records = rispy.loads(f"{body.rstrip()}\nER  - \n", skip_unknown_tags=True)
    except _FAULTS as error:
        into.reject(line, f"broken RIS record: {error}")
        return
    if not records:
        into.reject(line, "broken RIS record")
    for record in records:
        fields = {key: flowed(value) if isinstance(value, str) else value for key, value in record.items()}
        add_record(fields, line, into)
