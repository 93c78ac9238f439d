"""Models of an Ollama server, through LlamaIndex's client for it."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from index.errors import MissingExtra
from rag.llms.backends.llamaindex import LlamaIndexBackend
from rag.llms.base import Limits, Request

HOST, PORT = "127.0.0.1", 11434
WINDOW = 8192
LOOK = 0.5  # seconds for a look whether the server runs


def needs() -> str | None:
    """What is missing, the running server included; None when nothing is."""
    if not (find_spec("llama_index.llms") and find_spec("llama_index.llms.ollama")):
        return 'pip install "citewell[ollama]"'
    import httpx

    place = address()
    try:
        httpx.get(f"{place}/api/version", timeout=LOOK, trust_env=False).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL):
        return f"an Ollama server running at {place}"
    return None


def address(url: str | None = None) -> str:
    """Where the server is: the URL, else OLLAMA_HOST, else this machine. Nothing of a user or password stays in it."""
    given = url or os.environ.get("OLLAMA_HOST") or HOST
    parts = urlsplit(given if "//" in given else f"http://{given}")
    place = parts.netloc.rpartition("@")[2] or HOST
    if "//" not in given and not re.search(r":\d+$", place):
        place = f"{place}:{PORT}"
    return f"{parts.scheme}://{place.replace('0.0.0.0', HOST)}{parts.path.rstrip('/')}"


def make(model: str, url: str | None, limits: Limits, context: int | None, keyed: bool) -> LlamaIndexBackend:
    """``ollama:MODEL`` at the URL, else at OLLAMA_HOST, else on this machine."""
    try:
        from llama_index.llms.ollama import Ollama
    except ImportError as error:
        raise MissingExtra('ollama models need an extra: pip install "citewell[ollama]"') from error
    place = address(url)
    window = context or WINDOW
    client = Ollama(
        model=model,
        base_url=place,
        temperature=0.0,
        context_window=window,
        request_timeout=limits.silence,
        additional_kwargs={"num_predict": 512},
        thinking=False,  # thoughts would take the tokens of the answer
    )

    def options(request: Request) -> dict[str, Any]:
        return {"format": dict(request.schema)} if request.schema else {}

    def tuned(shared: Any, request: Request) -> Any:
        """A copy for this request: two threads that ask at once must not change each other's options."""
        return shared.model_copy(
            update={"additional_kwargs": {"num_predict": request.max_tokens, "stop": list(request.stop)}}
        )

    return LlamaIndexBackend(
        client,
        name=f"ollama:{model}",
        context_window=window,
        constrains=True,
        options=options,
        tuned=tuned,
        parameters=(("temperature", "0"), ("url", place)),
    )
