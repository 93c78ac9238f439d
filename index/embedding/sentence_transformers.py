"""Any sentence-transformers model, by name or folder, with the prompts that it declares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit
from index.errors import MissingExtra, ModelUnavailable

FALLBACK_MAX_TOKENS = 512
QUERY_PROMPTS = ("query", "s2p_query")
PASSAGE_PROMPTS = ("document", "passage", "corpus")
HUB_SECONDS = 8.0


def load(name: str, *, fetch: bool = True, **options: Any) -> Any:
    """The model of that name or in that folder, on the CPU: what lies on this machine, without a connection.

    Only with ``fetch`` is anything else fetched, and only once the hub has said, within seconds, that it has it.
    """
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtra(f"{name!r} needs sentence-transformers, which does not load: {error}") from error
    logging.disable_progress_bar()
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True, **options)
    except (OSError, ValueError, RuntimeError) as error:
        if Path(name).exists() or not fetch:
            raise _unusable(name, error) from error
    try:
        from huggingface_hub import HfApi

        HfApi().model_info(name, timeout=HUB_SECONDS)
        return SentenceTransformer(name, device="cpu", **options)
    except Exception as error:  # the hub's client raises its HTTP library's own
        raise _unusable(name, error) from error


def _unusable(name: str, error: Exception) -> ModelUnavailable:
    said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    return ModelUnavailable(
        f'no embedding model {name!r}: {said}. Give "minilm", a sentence-transformers name, or its folder'
    )


class SentenceTransformersEmbedder:
    """A model that the library sentence-transformers loads; sentences are embedded apart from their window."""

    def __init__(self, name: str, *, fetch: bool = True) -> None:
        self._model: Any = load(name, fetch=fetch)
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
        # One text at a time: in a batch a vector depends, in its last digits, on the texts beside it.
        return unit(self._model.encode(texts, prompt=prompt, batch_size=1, show_progress_bar=False))


def _first(declared: dict[str, str], names: Sequence[str]) -> str:
    return next((declared[name] for name in names if name in declared), "")
