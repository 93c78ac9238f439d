"""Models of an Ollama server, through LlamaIndex's client for it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from index.errors import MissingExtra
from rag.llms.base import Limits, Request
from rag.llms.llamaindex import LlamaIndexBackend

DEFAULT_URL = "http://127.0.0.1:11434"
WINDOW = 8192


def needs() -> str | None:
    """What is missing; None when nothing is. Whether the server runs shows when it is asked."""
    found = find_spec("llama_index.llms") and find_spec("llama_index.llms.ollama")
    return None if found else 'pip install "citewell[ollama]"'


def make(model: str, url: str | None, limits: Limits) -> LlamaIndexBackend:
    """``ollama:MODEL`` at the URL, else at OLLAMA_HOST, else on this machine."""
    try:
        from llama_index.llms.ollama import Ollama
    except ImportError as error:
        raise MissingExtra('ollama models need an extra: pip install "citewell[ollama]"') from error
    client = Ollama(
        model=model,
        base_url=url or os.environ.get("OLLAMA_HOST") or DEFAULT_URL,
        temperature=0.0,
        context_window=WINDOW,
        request_timeout=limits.silence,
        additional_kwargs={"num_predict": 512},
    )

    def options(request: Request) -> dict[str, Any]:
        client.additional_kwargs = {"num_predict": request.max_tokens, "stop": list(request.stop)}
        return {"format": dict(request.schema)} if request.schema else {}

    return LlamaIndexBackend(
        client,
        name=f"ollama:{model}",
        context_window=WINDOW,
        constrains=True,
        options=options,
        parameters=(("temperature", "0"),),
    )
