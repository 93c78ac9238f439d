"""Papers as JSON, vectors as bytes: how the store and the Chroma server's records keep them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

import numpy as np

from index.embedding.protocol import Vector
from index.readers.entries.entry import Entry
from index.schema import Identifiers, Paper, Source


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
    return Paper(**fields)


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
    return Entry(**fields)


def paper_sha256(paper: Paper) -> str:
    """The fingerprint of what a paper says; of its sources only the files' names count, not their folders."""
    fields = json.loads(paper_to_json(paper))
    fields["sources"] = [(PurePath(source.file).name, source.position) for source in paper.sources]
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def window_to_bytes(vector: Vector) -> bytes:
    """One vector in float32."""
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def window_from_bytes(data: bytes) -> Vector:
    """The vector that :func:`window_to_bytes` wrote."""
    return np.frombuffer(data, dtype="<f4")


def sentences_to_bytes(rows: Vector) -> bytes:
    """Sentence vectors in float16: half the space, cosines the same to three digits."""
    return np.ascontiguousarray(rows, dtype="<f2").tobytes()


def sentences_from_bytes(data: bytes, dimension: int) -> Vector:
    """The vectors (n, dimension) that :func:`sentences_to_bytes` wrote."""
    return np.frombuffer(data, dtype="<f2").reshape(-1, dimension).astype(np.float32)
