"""JSON: one object a line, an array, one object, or the answer of an API that wraps its records."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from types import ModuleType

from index.readers.entries.collector import Collector
from index.readers.entries.field_names import NAMES
from index.readers.entries.fields import Fields, add
from index.readers.formats.json import (
    arxiv_snapshot,
    biorxiv,
    csl,
    europe_pmc,
    hf_papers,
    openalex,
    semantic_scholar,
    zotero,
)
from index.readers.formats.json.shape import at

_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
DIALECTS: tuple[ModuleType, ...] = (
    zotero, openalex, arxiv_snapshot, hf_papers, semantic_scholar, europe_pmc, biorxiv, csl,
)  # fmt: skip
_TITLES = frozenset((*NAMES["title"], "titles"))
_BEGINNING = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*\{\s*\")")
_DEEPEST = 4


def is_json(head: str) -> bool:
    """Whether a text begins with an object or an array of them, or most lines do."""
    lines = [line for line in head.split("\n") if line.strip()]
    objects = sum(line.lstrip().startswith('{"') for line in lines)
    return bool(_BEGINNING.match(head)) or objects * 2 > len(lines)


def read_json(text: str, into: Collector) -> str:
    """Read every record; the name of the dialect that most of them are in."""
    found: dict[str, int] = {}
    whole = _whole(text)
    values = ((None, record) for record in whole) if whole is not None else _lines(text, into)
    for line, value in values:
        for record in _unwrapped(value):
            name = _add(record, line, into)
            found[name] = found.get(name, 0) + 1
    return max(found, key=lambda name: (found[name], name), default="jsonl") or "jsonl"


def _lines(text: str, into: Collector) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip().rstrip(",")  # an array of a record a line, cut off
        if line and line not in ("[", "]"):
            value, fault = _parsed(line)
            if fault:
                into.reject(number, fault)
            else:
                yield number, value


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


def _unwrapped(value: object) -> list[object]:
    """The value, or the records that it wraps: the first list of them at the least depth."""
    if not isinstance(value, Mapping) or _is_record(value):
        return [value]
    waiting: deque[tuple[object, int]] = deque([(value, 0)])
    while waiting:
        held, depth = waiting.popleft()
        for one in held.values() if isinstance(held, Mapping) else ():
            if isinstance(one, list) and any(_is_record(_inner(record)) for record in one):
                return [_inner(record) for record in one]
            if isinstance(one, Mapping):
                if _is_record(one):
                    return [one]
                if depth < _DEEPEST:
                    waiting.append((one, depth + 1))
    return [value]


def _inner(record: object) -> object:
    """The record that another holds, as a hit of a search engine, DOAJ's, DataCite's and OpenReview's do."""
    if not isinstance(record, Mapping) or _is_record(record):
        return record
    held = (record.get(name) for name in ("_source", "bibjson", "attributes", "content"))
    found = next((one for one in held if isinstance(one, Mapping) and _is_record(one)), None)
    if found is None:
        return record
    bare = {key: at(value, "value") if isinstance(value, Mapping) and "value" in value else value
            for key, value in found.items()}  # fmt: skip
    return {"id": record.get("id")} | bare


def _is_record(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    titled = any(re.sub(r"[\W_]", "", str(key)).lower() in _TITLES for key in value)
    return titled or any(dialect.fits(value) for dialect in (zotero, hf_papers, semantic_scholar))


def _add(value: object, line: int | None, into: Collector) -> str:
    if not isinstance(value, Mapping):
        into.reject(line, f"not an object of fields but {_KINDS.get(type(value), 'a number')}")
        return ""
    dialect = next((one for one in DIALECTS if one.fits(value)), None)
    if dialect is zotero and str((value.get("data") or value).get("itemType", "")) in zotero.NO_PAPERS:
        return ""
    add(Fields(dialect.fields(value)) if dialect else Fields.named(value), line, into)
    return str(dialect.NAME) if dialect else "jsonl"


def _parsed(text: str) -> tuple[object, str]:
    """The value of JSON, and what is wrong with it, or an empty string."""
    try:
        return json.loads(text), ""
    except json.JSONDecodeError as error:
        return None, f"broken JSON at its character {error.pos + 1}: {error.msg.removesuffix(' starting at')}"
    except RecursionError:
        return None, "broken JSON: nested too deeply"
    except ValueError:  # a number of thousands of digits
        return None, "broken JSON: a number is too long"
