"""Metadata that a user corrected by hand: kept beside the papers, and applied again after every sync."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from index.errors import InputError
from index.readers.entries import identifiers as ids
from index.readers.entries.dates import iso_date
from index.readers.entries.names import names
from index.schema import Paper

PREFIX = "set:"  # of the rows of an index's facts that hold corrections, one a paper
EXTRA = ("volume", "issue", "pages", "publisher", "issn", "isbn", "language")
FIELDS = ("title", "authors", "year", "date", "venue", "doi", "arxiv", "pmid", "type", "retracted", "organisation")


def parsed(pairs: list[str]) -> dict[str, str]:
    """``year=2019`` and the like as fields; an empty value takes a correction back."""
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        name = name.strip().lower()
        if not sign or name not in (*FIELDS, *EXTRA):
            raise InputError(f"{pair!r}: write FIELD=VALUE; the fields are {', '.join((*FIELDS, *EXTRA))}")
        value = " ".join(value.split())
        read = {"year": iso_date, "date": iso_date, "doi": ids.doi, "arxiv": ids.arxiv, "pmid": ids.pmid}.get(name)
        if value and read and read(value) is None:
            raise InputError(f"{pair!r}: that is no {name}")
        found[name] = value
    return found


def corrected(paper: Paper, fields: Mapping[str, str]) -> Paper:
    """The paper with a user's corrections in the place of what its sources say."""
    if not fields:
        return paper
    changes: dict[str, Any] = {}
    for name, value in fields.items():
        if name in ("year", "date"):
            changes |= {"published": iso_date(value), "published_text": value}
        elif name == "authors":
            changes |= {"authors": names(value), "authors_count": len(names(value)) or None}
        elif name == "retracted":
            said = value.lower() not in ("no", "false", "0")
            changes["retraction"] = (
                (value if value.lower() not in ("yes", "true", "1") else "marked by hand") if said else None
            )
        elif name in ("title", "venue", "organisation"):
            changes[name] = value
        elif name == "type":
            changes["kind"] = value
    new = {name: getattr(ids, name)(fields[name]) for name in ("doi", "arxiv", "pmid") if name in fields}
    extra = dict(paper.extra) | {name: fields[name] for name in EXTRA if name in fields}
    return replace(paper, **changes, identifiers=replace(paper.identifiers, **new), extra=tuple(sorted(extra.items())))


def read_corrections(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, str]]:
    """The corrections of each paper out of the facts of an index (key, value)."""
    return {key.removeprefix(PREFIX): json.loads(value) for key, value in rows}
