"""The receipt of an answer: hashes of what it rests on, so that it can be checked and asked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from index.schema import Filter, Manifest, ScoredChunk
from rag.compose.draft import Draft
from rag.schema import Receipt


def receipt(
    manifest: Manifest,
    contexts: Sequence[ScoredChunk],
    draft: Draft,
    where: Filter | None,
    settings: Mapping[str, object],
) -> Receipt:
    """Seal an answer."""
    evidence = [[found.chunk.chunk_id, found.chunk.text] for found in contexts]
    parameters = dict(settings)
    if where is not None:
        parameters["where"] = json.dumps({k: v for k, v in asdict(where).items() if v is not None}, sort_keys=True)
    return Receipt(
        manifest.corpus_sha256,
        manifest.index_sha256,
        _sha256(draft.prompt),
        _sha256(json.dumps(evidence, ensure_ascii=False)),
        draft.model,
        tuple(sorted((name, str(value)) for name, value in parameters.items())),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
