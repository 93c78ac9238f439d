"""Models of Anthropic, through LlamaIndex's client for them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from index.errors import InputError, MissingExtra
from rag.llms.base import Limits, Request
from rag.llms.llamaindex import LlamaIndexBackend

KEY = "ANTHROPIC_API_KEY"
WINDOW = 200_000


def needs() -> str | None:
    """What is missing; None when nothing is."""
    if not (find_spec("llama_index.llms") and find_spec("llama_index.llms.anthropic")):
        return 'pip install "citewell[anthropic]"'
    return None if os.environ.get(KEY) else f"{KEY} in the environment"


def make(model: str, url: str | None, limits: Limits, context: int | None) -> LlamaIndexBackend:
    """``anthropic:MODEL``; the key comes from the environment. url: another address of the same protocol."""
    if not os.environ.get(KEY):
        raise InputError(f"anthropic:{model} needs {KEY} in the environment")
    try:
        from llama_index.llms.anthropic import Anthropic
    except ImportError as error:
        raise MissingExtra('anthropic models need an extra: pip install "citewell[anthropic]"') from error
    client = Anthropic(model=model, temperature=0.0, max_retries=0, timeout=limits.silence, base_url=url)

    def options(request: Request) -> dict[str, Any]:
        wanted: dict[str, Any] = {"max_tokens": request.max_tokens}
        return {**wanted, "stop_sequences": list(request.stop)} if request.stop else wanted

    return LlamaIndexBackend(
        client,
        name=f"anthropic:{model}",
        context_window=context or WINDOW,
        options=options,
        parameters=(("temperature", "0"), *((("url", url),) if url else ())),
    )
