"""OpenAI, and every server that speaks its protocol: llama.cpp, vLLM, LM Studio, Ollama, transformers serve."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from index.errors import BadResponse, InputError, MissingExtra, ModelError, ModelUnavailable
from rag.llms.backends.http import OverHttp, checked_url, http_client
from rag.llms.backends.llamaindex import LlamaIndexBackend
from rag.llms.base import Delta, Limits, Request
from rag.llms.failures import Transient, translate

KEY = "OPENAI_API_KEY"
URL_KEY = "CITEWELL_LLM_KEY"
UNKNOWN_WINDOW = 4096
HOSTED_WINDOW = 128_000


def needs() -> str | None:
    """What is missing for ``openai:``; None when nothing is."""
    from importlib.util import find_spec

    if find_spec("llama_index.llms") is None or find_spec("llama_index.llms.openai_like") is None:
        return 'pip install "citewell[openai]"'
    return None if os.environ.get(KEY) else f"{KEY} in the environment, or --llm-url"


def make(model: str, url: str | None, limits: Limits, context: int | None, keyed: bool) -> OpenAIBackend:
    """``openai:MODEL``, or the server at the URL when one is given. keyed: whether that server is sent the key."""
    return from_url(url, model, limits, context, keyed=keyed) if url else hosted(model, limits, context)


def hosted(model: str, limits: Limits, context: int | None = None) -> OpenAIBackend:
    """OpenAI itself; the key comes from the environment."""
    if not os.environ.get(KEY):
        raise InputError(f"openai:{model} needs {KEY} in the environment")
    _client_class()
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    try:
        window = openai_modelname_to_contextsize(model)
    except ValueError:  # a model newer than the table
        window = HOSTED_WINDOW
    return OpenAIBackend(model, None, f"openai:{model}", context or window, limits, os.environ[KEY])


def from_url(url: str, model: str, limits: Limits, context: int | None = None, *, keyed: bool = False) -> OpenAIBackend:
    """A server that speaks the protocol at URL; asked for its models when none is named.

    keyed: whether it is sent CITEWELL_LLM_KEY. The key of OpenAI is never sent to it.
    """
    key = os.environ.get(URL_KEY, "") if keyed else ""
    base = checked_url(url)
    base = base if urlsplit(base).path else f"{base}/v1"
    _client_class()
    listed = _models(base, limits, key) if not model else _told(base, limits, key) if not context else {}
    chosen = model or next(iter(listed), "")
    if not chosen:
        raise BadResponse(f"{base} lists no model: name one with --llm openai:MODEL")
    window = context or listed.get(chosen) or UNKNOWN_WINDOW
    return OpenAIBackend(chosen, base, f"url:{os.path.basename(chosen)}", window, limits, key or "none")


class OpenAIBackend(OverHttp):
    """The protocol of OpenAI through LlamaIndex's client; a connection of its own for each request."""

    constrains = True

    def __init__(self, model: str, base: str | None, name: str, window: int, limits: Limits, key: str) -> None:
        self.name, self.context_window = name, window
        place = (("url", base), ("served", model)) if base else ()
        self.parameters: tuple[tuple[str, str], ...] = (("temperature", "0"), *place)
        super().__init__(base, limits)
        self._model, self._key = model, key

    def open(self, request: Request) -> Iterator[Delta]:
        """Ask once; once more without the schema when the server refuses it."""
        from openai import BadRequestError, UnprocessableEntityError

        with self._connection() as http:
            client = self._client(http)
            ask = LlamaIndexBackend(client, name=self.name, context_window=self.context_window, options=self._options)
            pieces = ask.open(request)
            try:
                first = next(pieces, None)
            except (BadRequestError, UnprocessableEntityError):
                if request.schema is None:
                    raise
                pieces = ask.open(replace(request, schema=None))
                first = next(pieces, None)
            if first is not None:
                yield first
                yield from pieces

    def _client(self, http: Any) -> Any:
        return _client_class()(
            model=self._model,
            api_base=self._base,
            api_key=self._key,
            is_chat_model=True,
            context_window=self.context_window,
            temperature=0.0,
            max_retries=0,
            timeout=self._limits.silence + 1,  # our own clock ends it first
            http_client=http,
        )

    def _options(self, request: Request) -> dict[str, Any]:
        """max_tokens is what every server knows; OpenAI itself wants the newer name."""
        length = "max_tokens" if self._base else "max_completion_tokens"
        options: dict[str, Any] = {length: request.max_tokens, "stream_options": {"include_usage": True}}
        if request.stop:
            options["stop"] = list(request.stop)
        if request.schema:
            shape = {"name": "answer", "schema": dict(request.schema), "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": shape}
        return options


def _client_class() -> Any:
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as error:
        raise MissingExtra('openai models need an extra: pip install "citewell[openai]"') from error
    return OpenAILike


def _models(base: str, limits: Limits, key: str) -> dict[str, int]:
    """The models that the server lists, with their context windows where it tells them (0 where not)."""
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with http_client(base, limits) as http:
            answer = http.get(f"{base}/models", headers=headers, timeout=min(limits.connect, limits.silence))
            answer.raise_for_status()
            listed = answer.json()["data"]
            return {str(entry["id"]): _window(entry) for entry in listed}
    except httpx.HTTPError as error:
        failure = translate(base, error)
        raise (ModelUnavailable(str(failure)) if isinstance(failure, Transient) else failure) from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadResponse(f"{base}/models answered what is not the protocol of OpenAI") from error


def _told(base: str, limits: Limits, key: str) -> dict[str, int]:
    """The windows of the server's models: a server that does not list its models may still answer."""
    try:
        return _models(base, limits, key)
    except ModelError:
        return {}


def _window(entry: dict[str, Any]) -> int:
    meta = entry.get("meta") if isinstance(entry.get("meta"), dict) else {}
    for value in (entry.get("max_model_len"), entry.get("context_length"), (meta or {}).get("n_ctx")):
        if isinstance(value, int) and value > 0:
            return value
    return 0
