"""Everyday questions as the other hypothesis: what is closer to them than to the papers is outside the corpus."""

from __future__ import annotations

import base64
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index import get_embedder
from rag.fitted.logistic import stored

MODEL = "minilm"


@lru_cache(maxsize=1)
def vectors() -> NDArray[np.float32]:
    """The vectors of the background questions, one a row, of unit length; kept in rag/fitted/background.json."""
    kept = stored("background.json")
    rows = np.frombuffer(base64.b64decode(kept["vectors"]), dtype=np.int8).reshape(-1, kept["dimension"])
    scaled = rows.astype(np.float32)
    return np.asarray(scaled / np.linalg.norm(scaled, axis=1, keepdims=True))


def closeness(question: str, vector: NDArray[np.float32], model: str) -> float:
    """The highest cosine of the question to a background question; ``vector`` is the question's under ``model``."""
    if model != MODEL:
        vector = _packaged().embed_query(question)
    return float((vectors() @ vector).max())


@lru_cache(maxsize=1)
def _packaged():  # type: ignore[no-untyped-def]
    return get_embedder(MODEL)


def pack(texts: list[str]) -> dict[str, object]:
    """What rag/fitted/background.json holds for these texts."""
    rows = np.stack([_packaged().embed_query(text) for text in texts])
    small = np.round(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8)
    return {"model": MODEL, "dimension": rows.shape[1], "vectors": base64.b64encode(small.tobytes()).decode()}
