"""JSON Lines, one object a line; also one JSON array of objects, or one object over several lines."""

from __future__ import annotations

import json

from index.readers.entries.collector import Collector
from index.readers.entries.fields import add_record

_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}


def read_jsonl(text: str, into: Collector) -> None:
    """Read a record from each line, or all from a document that is JSON as a whole."""
    whole = _whole(text)
    if whole is not None:
        for record in whole:
            _add(record, None, into)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            _add_line(line, number, into)


def _whole(text: str) -> list[object] | None:
    """The records of a document that is no JSON Lines: an array, or an object that is laid out over lines."""
    start = text.lstrip()
    if not start.startswith("[") and _parsed(start.split("\n", 1)[0])[1] == "":
        return None
    value, fault = _parsed(text)
    if fault or not isinstance(value, dict | list) or not value:
        return None
    records = value if isinstance(value, list) else [value]
    return records if any(isinstance(record, dict) for record in records) else None


def _add_line(line: str, number: int, into: Collector) -> None:
    value, fault = _parsed(line)
    if fault:
        into.reject(number, fault)
    else:
        _add(value, number, into)


def _add(value: object, line: int | None, into: Collector) -> None:
    if isinstance(value, dict):
        add_record(value, line, into)
    else:
        into.reject(line, f"not an object of fields but {_KINDS.get(type(value), 'a number')}")


def _parsed(text: str) -> tuple[object, str]:
    """The value of JSON, and what is wrong with it, or an empty string."""
    try:
        return json.loads(text), ""
    except json.JSONDecodeError as error:
        return None, f"broken JSON at its character {error.pos + 1}: {error.msg}"
    except RecursionError:
        return None, "broken JSON: nested too deeply"
    except ValueError:  # a number of thousands of digits
        return None, "broken JSON: a number is too long"
