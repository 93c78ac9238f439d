"""Embeddings from an OpenAI-compatible endpoint: llama.cpp, vLLM, Ollama, LM Studio, or a hosted one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit
from index.errors import BadResponse, ModelUnavailable

TEXTS_A_REQUEST = 64
CHARACTERS_A_TOKEN = 3
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class _TryAgain(Exception):
    """An answer, or none, that another try may mend."""


def key_given() -> str:
    """The key of the environment; empty without one."""
    return os.environ.get("CITEWELL_EMBEDDING_KEY", "")


class EndpointEmbedder:
    """``model`` at ``url`` (the part before "/embeddings"); without ``key``, CITEWELL_EMBEDDING_KEY is sent, if set."""

    max_tokens = 256

    def __init__(
        self,
        model: str,
        url: str,
        *,
        key: str | None = None,
        timeout: float = 60.0,
        tries: int = 4,
        wait: float = 0.5,
        client: Any = None,
    ) -> None:
        import httpx

        self.name = f"{model}@{url}"
        self._model, self._url = model, url.rstrip("/").removesuffix("/embeddings") + "/embeddings"
        self._tries, self._wait = tries, wait
        self.address, self.key = url, key_given() if key is None else key
        key = self.key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client: Any = client or httpx.Client(timeout=timeout, headers=headers)
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """The number of components, learnt from the endpoint's first answer."""
        if not self._dimension:
            self._dimension = self.embed_query("dimension").shape[0]
        return self._dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A careful guess, since the endpoint's tokenizer is not known: one token for three characters."""
        return [-(-len(text) // CHARACTERS_A_TOKEN) for text in texts]

    def embed_query(self, text: str) -> Vector:
        """The vector of a question."""
        vector: Vector = self._embed([text])[0]
        return vector

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of passages and of their sentences."""
        texts = [passage_text(passage)[0] for passage in passages]
        parts = [passage.text[start:end] for passage in passages for start, end in passage.sentences]
        rows = self._embed([*texts, *parts])
        results, place = [], len(texts)
        for window, passage in zip(rows, passages, strict=False):
            results.append(PassageVectors(window, rows[place : place + len(passage.sentences)]))
            place += len(passage.sentences)
        return results

    def _embed(self, texts: list[str]) -> Vector:
        rows = [self._request(texts[i : i + TEXTS_A_REQUEST]) for i in range(0, len(texts), TEXTS_A_REQUEST)]
        return unit(np.concatenate(rows)) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _request(self, texts: list[str]) -> Vector:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgain),
            stop=stop_after_attempt(self._tries),
            wait=wait_exponential(multiplier=self._wait, max=20),
            reraise=True,
        )
        try:
            return retrying(self._once, texts)
        except _TryAgain as error:
            raise ModelUnavailable(f"{self._url}: {error}, {self._tries} times; is the server up?") from error

    def _once(self, texts: list[str]) -> Vector:
        import httpx

        try:
            # An empty string is refused by some servers; a space stands for it.
            answer = self._client.post(self._url, json={"model": self._model, "input": [text or " " for text in texts]})
        except httpx.TransportError as error:
            raise _TryAgain(str(error) or type(error).__name__) from error
        except httpx.InvalidURL as error:
            raise ModelUnavailable(f"{self._url} is no URL: {error}") from error
        if answer.status_code in RETRIED:
            raise _TryAgain(f"status {answer.status_code}")
        if answer.status_code != 200:
            raise ModelUnavailable(f"{self._url}: status {answer.status_code}: {answer.text[:200].strip()}")
        return self._vectors(answer, len(texts))

    def _vectors(self, answer: Any, expected: int) -> Vector:
        try:
            items = sorted(answer.json()["data"], key=lambda item: item["index"])
            rows = np.array([item["embedding"] for item in items], dtype=np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise BadResponse(f"{self._url} did not answer with embeddings: {answer.text[:120]!r}") from error
        if rows.ndim != 2 or len(rows) != expected or not np.isfinite(rows).all():
            raise BadResponse(f"{self._url} answered {rows.shape} numbers for {expected} texts")
        return rows
