"""The metadata snapshot of arXiv, one object a line."""

from __future__ import annotations

from index.readers.entries.latex import untexed
from index.readers.formats.json.shape import Record, at

NAME = "arxiv-snapshot"


def fits(record: Record) -> bool:
    """Whether a record has the snapshot's own keys."""
    return "authors_parsed" in record or {"categories", "update_date", "abstract"} <= set(record)


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first; the first version's date is the paper's."""
    parsed = record.get("authors_parsed")
    parsed = parsed if isinstance(parsed, list) else []
    people = [[_plain(part) for part in one] if isinstance(one, list) else one for one in parsed]
    categories = record.get("categories")
    return {
        "id": [record.get("id")],
        "title": [_plain(record.get("title"))],
        "abstract": [_plain(record.get("abstract"))],
        "authors": [people, _plain(record.get("authors"))],
        "date": [at(record, "versions", 0, "created"), record.get("update_date")],
        "venue": [_plain(record.get("journal-ref"))],
        "doi": [record.get("doi")],
        "arxiv": [record.get("id")],
        "keywords": [categories.split() if isinstance(categories, str) else categories],
        "note": [record.get("comments")],
        "kind": ["preprint"],
    }


def _plain(value: object) -> object:
    return " ".join(untexed(value).split()) if isinstance(value, str) else value
