"""all-MiniLM-L6-v2 from its pip packages: sentence-transformers reads passages, an int8 ONNX file questions.

Neither loads the other: a question is answered without torch.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.onnx import open_session, open_tokenizer
from index.embedding.pooling import pool
from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit
from index.embedding.weights import (
    ONNX_SHA256,
    SAFETENSORS_SHA256,
    TOKENIZER_SHA256,
    model_folder,
    onnx_file,
    verified,
)


def native_bfloat16() -> bool:
    """Whether this CPU computes in bfloat16 itself; elsewhere it would be slower than float32."""
    import torch

    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check and check())


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
        """The vectors of passages and of their sentences, each passage read once and alone.

        Alone, because a row of a batch depends on the batch's shape: in bfloat16 in the third digit. It costs nothing:
        passages are long, and nothing is spent on padding.
        """
        if not passages:
            return []
        texts = [passage_text(passage) for passage in passages]
        encodings = self._load_tokenizer().encode_batch([text for text, _ in texts])
        states = self._load_encoder().encode(
            [text for text, _ in texts],
            output_value="token_embeddings",
            batch_size=1,
            convert_to_numpy=False,
            show_progress_bar=False,
        )
        return [
            pool(tokens.float().numpy(), encoding.offsets, passage, begin)
            for tokens, encoding, passage, (_, begin) in zip(states, encodings, passages, texts, strict=True)
        ]

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

    def _load_encoder(self) -> Any:
        with self._lock:
            if self._encoder is None:
                import torch

                from index.embedding.sentence_transformers import load

                verified(model_folder() / "model.safetensors", SAFETENSORS_SHA256)
                dtype = torch.bfloat16 if native_bfloat16() else torch.float32
                self._encoder = load(str(model_folder()), model_kwargs={"dtype": dtype})
        return self._encoder
