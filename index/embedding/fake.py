"""A deterministic embedder without a model: hashed words. It ships for tests and for trying things out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit


@lru_cache(maxsize=100_000)
def _place(word: str, dimension: int) -> tuple[int, float]:
    digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little") % dimension, 1.0 if digest[4] & 1 else -1.0


class FakeEmbedder:
    """Bag of words, hashed with a sign into ``dimension`` places: texts that share words are close."""

    def __init__(self, dimension: int = 64, name: str = "fake", max_tokens: int = 64) -> None:
        self.dimension = dimension
        self.name = name
        self.max_tokens = max_tokens
        self.embedded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of words of each text."""
        return [len(text.split()) for text in texts]

    def embed_query(self, text: str) -> Vector:
        """The vector of a question."""
        return self._embed(text)

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of passages; ``embedded`` counts them."""
        self.embedded += len(passages)
        return [self._passage(passage) for passage in passages]

    def _passage(self, passage: Passage) -> PassageVectors:
        rows = [self._embed(passage.text[start:end]) for start, end in passage.sentences]
        sentences = np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)
        return PassageVectors(self._embed(passage_text(passage)[0]), sentences)

    def _embed(self, text: str) -> Vector:
        vector = np.zeros(self.dimension, dtype=np.float32)
        vector[0] = 1e-3
        for word in re.findall(r"\w+", text.lower()):
            place, sign = _place(word, self.dimension)
            vector[place] += sign
        return unit(vector)
