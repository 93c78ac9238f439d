"""Any sentence-transformers model, by name or folder, with the prompts that it declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit
from index.errors import MissingExtra, ModelUnavailable

FALLBACK_MAX_TOKENS = 512
QUERY_PROMPTS = ("query", "s2p_query")
PASSAGE_PROMPTS = ("document", "passage", "corpus")


class SentenceTransformersEmbedder:
    """A model that the library sentence-transformers loads; sentences are embedded apart from their window."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtra(f"{name!r} needs sentence-transformers, which does not load: {error}") from error
        try:
            self._model: Any = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError, RuntimeError) as error:
            said = str(error).strip().splitlines()[0][:200]
            raise ModelUnavailable(
                f'no embedding model {name!r}: {said}. Give "minilm", a sentence-transformers name, or its folder'
            ) from error
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension())
        declared = {key: prompt for key, prompt in (self._model.prompts or {}).items() if prompt}
        self._query_prompt = _first(declared, QUERY_PROMPTS)
        self._passage_prompt = _first(declared, PASSAGE_PROMPTS)
        limit = self._model.max_seq_length or FALLBACK_MAX_TOKENS
        prompt = self.count_tokens([self._passage_prompt])[0] if self._passage_prompt else 0
        self.max_tokens = max(32, min(int(limit), FALLBACK_MAX_TOKENS) - prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special tokens."""
        if not texts:
            return []
        found = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in found["input_ids"]]

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, behind the model's prompt for queries."""
        vector: Vector = self._encode([text], self._query_prompt)[0]
        return vector

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of passages and of their sentences, behind the model's prompt for passages."""
        texts = [passage_text(passage)[0] for passage in passages]
        parts = [passage.text[start:end] for passage in passages for start, end in passage.sentences]
        rows = self._encode([*texts, *parts], self._passage_prompt)
        results, place = [], len(texts)
        for window, passage in zip(rows, passages, strict=False):
            results.append(PassageVectors(window, rows[place : place + len(passage.sentences)]))
            place += len(passage.sentences)
        return results

    def _encode(self, texts: list[str], prompt: str) -> Vector:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit(self._model.encode(texts, prompt=prompt, show_progress_bar=False, convert_to_numpy=True))


def _first(declared: dict[str, str], names: Sequence[str]) -> str:
    return next((declared[name] for name in names if name in declared), "")
