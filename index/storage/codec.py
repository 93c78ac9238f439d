"""Papers as JSON, vectors as bytes: how the store and the Chroma server's records keep them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, TypeVar

import numpy as np

from index.embedding.protocol import Vector
from index.readers.entries.entry import Entry
from index.schema import Identifiers, Paper, SentenceVectors, Source

Record = TypeVar("Record", Paper, Entry)


def paper_to_json(paper: Paper) -> str:
    """The paper as one line of JSON, keys sorted, empty fields left out."""
    return json.dumps(paper_to_dict(paper), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def paper_to_dict(paper: Paper) -> dict[str, Any]:
    """The paper as plain JSON types, empty fields left out."""
    fields = {name: value for name, value in asdict(paper).items() if value not in (None, (), [], {})}
    fields["identifiers"] = {name: value for name, value in asdict(paper.identifiers).items() if value}
    return fields


def paper_from_json(text: str) -> Paper:
    """The paper that :func:`paper_to_json` wrote."""
    fields: dict[str, Any] = json.loads(text)
    fields["identifiers"] = Identifiers(**fields.get("identifiers", {}))
    fields["sources"] = tuple(Source(**source) for source in fields.get("sources", ()))
    for name in ("authors", "links", "keys", "keywords"):
        fields[name] = tuple(fields.get(name, ()))
    fields["extra"] = tuple((name, value) for name, value in fields.get("extra", ()))
    return _texts(Paper(**fields))


def _texts(record: Record) -> Record:
    """The record, if what has to be text is text: a damaged file is noticed here and not in somebody's loop."""
    for name in ("title", "abstract"):
        if not isinstance(getattr(record, name), str):
            raise TypeError(f"{name} is no text")
    for name in ("organisation", "published", "published_text", "venue", "kind", "retraction"):
        if not isinstance(getattr(record, name), str | None):
            raise TypeError(f"{name} is no text")
    texts = [*record.authors, *record.links, *record.keys, *record.keywords]
    texts += [text for pair in record.extra for text in pair]
    if not all(isinstance(one, str) for one in texts):
        raise TypeError("a list holds what is no text")
    return record


def entry_to_json(entry: Entry) -> str:
    """The entry as one line of JSON."""
    return json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":"))


def entry_from_json(text: str) -> Entry:
    """The entry that :func:`entry_to_json` wrote."""
    fields: dict[str, Any] = json.loads(text)
    fields["identifiers"] = Identifiers(**fields["identifiers"])
    fields["source"] = Source(**fields["source"])
    for name in ("authors", "links", "pages", "keys", "keywords"):
        fields[name] = tuple(fields.get(name, ()))
    fields["extra"] = tuple((name, value) for name, value in fields.get("extra", ()))
    return _texts(Entry(**fields))


def paper_sha256(paper: Paper) -> str:
    """The fingerprint of what a paper says; of its sources only the files' names count, not their folders."""
    fields = json.loads(paper_to_json(paper))
    fields["sources"] = [(PurePath(source.file).name, source.position) for source in paper.sources]
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def window_to_bytes(vector: Vector) -> bytes:
    """One vector in float32."""
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def window_from_bytes(data: bytes, dimension: int) -> Vector:
    """The vector (dimension,) that :func:`window_to_bytes` wrote; ValueError where it is none."""
    return _finite(np.frombuffer(data, dtype="<f4").reshape(dimension))


def sentences_to_bytes(rows: Vector) -> bytes:
    """Sentence vectors in float16: half the space, cosines the same to three digits."""
    return np.ascontiguousarray(rows, dtype="<f2").tobytes()


def sentences_from(spans: str, data: bytes, dimension: int) -> SentenceVectors:
    """Sentences with their vectors, of which :func:`sentences_to_bytes` wrote a row for each span."""
    places = tuple((int(start), int(end)) for start, end in json.loads(spans))
    rows = np.frombuffer(data, dtype="<f2").reshape(len(places), dimension).astype(np.float32)
    return SentenceVectors(places, _finite(rows))


def _finite(rows: Vector) -> Vector:
    if not np.isfinite(rows).all():
        raise ValueError("a vector that is no number")
    return rows
