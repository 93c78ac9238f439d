"""all-MiniLM-L6-v2 from its pip packages: torch for passages, int8 ONNX for questions. Neither loads the other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.onnx import open_session, open_tokenizer
from index.embedding.protocol import Passage, PassageVectors, Vector, unit
from index.embedding.weights import ONNX_SHA256, TOKENIZER_SHA256, model_folder, onnx_file


class MiniLM:
    """The packaged default: 384 dimensions, 256 word pieces, nothing downloaded."""

    name = "minilm"
    dimension = 384
    max_tokens = 256

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokenizer: Any = None
        self._session: Any = None
        self._encoder: Any = None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has, without special tokens."""
        tokenizer = self._load_tokenizer()
        return [len(found.ids) for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def embed_query(self, text: str) -> Vector:
        """The vector (384,) of a question: mean of the token states of the int8 model."""
        session = self._load_session()
        tokens = self._load_tokenizer().encode(text)
        ids = np.array([tokens.ids[: self.max_tokens]], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states = session.run(["last_hidden_state"], feed)[0][0]
        return unit(states.mean(axis=0))

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of passages and of their sentences, each passage read once."""
        if not passages:
            return []
        tokenizer = self._load_tokenizer()
        with self._lock:
            if self._encoder is None:
                from index.embedding.bert import BertEncoder

                self._encoder = BertEncoder(model_folder(), tokenizer, self.max_tokens)
        vectors: list[PassageVectors] = self._encoder.encode(passages)
        return vectors

    def _load_tokenizer(self) -> Any:
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = open_tokenizer(model_folder() / "tokenizer.json", TOKENIZER_SHA256)
        return self._tokenizer

    def _load_session(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = open_session(onnx_file(), ONNX_SHA256)
        return self._session
