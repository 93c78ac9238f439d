"""Models of Anthropic, through LlamaIndex's client for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from index.errors import InputError, MissingExtra
from rag.llms.backends.http import OverHttp, checked_url
from rag.llms.backends.llamaindex import LlamaIndexBackend
from rag.llms.base import Delta, Limits, Request

KEY = "ANTHROPIC_API_KEY"
WINDOW = 200_000


def needs() -> str | None:
    """What is missing; None when nothing is."""
    if not (find_spec("llama_index.llms") and find_spec("llama_index.llms.anthropic")):
        return 'pip install "citewell[anthropic]"'
    return None if os.environ.get(KEY) else f"{KEY} in the environment"


def make(model: str, url: str | None, limits: Limits, context: int | None, keyed: bool) -> AnthropicBackend:
    """``anthropic:MODEL``; the key comes from the environment.

    url: another address of the same protocol. keyed: whether that one may be sent the key.
    """
    if not keyed:
        raise InputError(f"{KEY} is sent only to the address that citewell was started with: --llm-url {url}")
    if not os.environ.get(KEY):
        raise InputError(f"anthropic:{model} needs {KEY} in the environment")
    _client_class()
    return AnthropicBackend(model, checked_url(url).removesuffix("/v1") if url else None, context or WINDOW, limits)


class AnthropicBackend(OverHttp):
    """The protocol of Anthropic through LlamaIndex's client; a connection of its own for each request."""

    constrains = False

    def __init__(self, model: str, base: str | None, window: int, limits: Limits) -> None:
        self.name, self.context_window = f"anthropic:{model}", window
        super().__init__(base, limits)
        self._model = model
        sent = self._client(None)._model_kwargs
        heat = (("temperature", "0"),) if "temperature" in sent else ()
        self.parameters: tuple[tuple[str, str], ...] = (*heat, *((("url", base),) if base else ()))

    def open(self, request: Request) -> Iterator[Delta]:
        """Ask once."""
        with self._connection() as http:
            client = self._client(http)
            ask = LlamaIndexBackend(client, name=self.name, context_window=self.context_window, options=_options)
            yield from ask.open(request)

    def _client(self, http: Any) -> Any:
        client = _client_class()(
            model=self._model,
            api_key=os.environ.get(KEY),
            base_url=self._base,
            temperature=0.0,
            max_retries=0,
            timeout=self._limits.silence + 1,  # our own clock ends it first
        )
        client._client = client._client.with_options(http_client=http)
        return client


def _options(request: Request) -> dict[str, Any]:
    stops = [stop for stop in request.stop if stop.strip()]  # the API refuses a stop of white space
    return {"max_tokens": request.max_tokens, **({"stop_sequences": stops} if stops else {})}


def _client_class() -> Any:
    """LlamaIndex's client, without its table of models: what is newer than the table takes no temperature either."""
    try:
        from llama_index.core.base.llms.types import LLMMetadata
        from llama_index.llms.anthropic import Anthropic
        from llama_index.llms.anthropic.utils import anthropic_modelname_to_contextsize
    except ImportError as error:
        raise MissingExtra('anthropic models need an extra: pip install "citewell[anthropic]"') from error

    def known(model: str) -> bool:
        try:
            return bool(anthropic_modelname_to_contextsize(model))
        except ValueError:
            return False

    class Client(Anthropic):  # type: ignore[misc, unused-ignore]
        """Any model of Anthropic, whether LlamaIndex has heard of it or not."""

        @property
        def metadata(self) -> LLMMetadata:
            """What is known of it."""
            return LLMMetadata(context_window=WINDOW, is_chat_model=True, model_name=self.model)

        @property
        def _model_kwargs(self) -> dict[str, Any]:
            sent = super()._model_kwargs
            return sent if known(self.model) else {k: v for k, v in sent.items() if k != "temperature"}

    return Client
