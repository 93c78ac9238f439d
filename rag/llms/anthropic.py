"""Models of Anthropic, over the Messages API itself.

Not through LlamaIndex's client: it knows models by a table, so that new ones fail, and it does not work with the
releases of Anthropic's package of 2026.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from index.errors import BadResponse, InputError, ModelUnavailable
from rag.llms.base import Delta, Limits, Request, estimate_tokens
from rag.llms.failures import one_line
from rag.llms.http import checked_url, http_client
from rag.schema import Usage

KEY = "ANTHROPIC_API_KEY"
HOST = "https://api.anthropic.com"
VERSION = "2023-06-01"
WINDOW = 200_000


def needs() -> str | None:
    """What is missing; None when nothing is."""
    return None if os.environ.get(KEY) else f"{KEY} in the environment"


def make(model: str, url: str | None, limits: Limits, context: int | None) -> AnthropicBackend:
    """``anthropic:MODEL``; the key comes from the environment. url: another address of the same protocol."""
    if not os.environ.get(KEY):
        raise InputError(f"anthropic:{model} needs {KEY} in the environment")
    if not model:
        raise InputError("--llm anthropic needs a model: --llm anthropic:MODEL")
    return AnthropicBackend(model, checked_url(url) if url else None, context or WINDOW, limits)


class AnthropicBackend:
    """The protocol of Anthropic; a connection of its own for each request."""

    constrains = False

    def __init__(self, model: str, base: str | None, window: int, limits: Limits) -> None:
        self.name, self.context_window = f"anthropic:{model}", window
        self.parameters: tuple[tuple[str, str], ...] = (("temperature", "0"), *((("url", base),) if base else ()))
        self._model, self._base, self._limits = model, base, limits
        self._http: Any = None

    def count_tokens(self, text: str) -> int:
        """An estimate on the high side."""
        return estimate_tokens(text)

    def open(self, request: Request) -> Iterator[Delta]:
        """Ask once; the text of the events, and the token counts that come with the first and the last."""
        place = (self._base or HOST).removesuffix("/v1")
        headers = {"x-api-key": os.environ.get(KEY, ""), "anthropic-version": VERSION}
        self._http = http = http_client(self._base, self._limits)
        asking = http.stream("POST", f"{place}/v1/messages", json=self._body(request), headers=headers)
        with http, asking as answer:
            if answer.status_code >= 300:
                answer.read()
            answer.raise_for_status()
            yield from _deltas(answer.iter_lines(), self.name)

    def abort(self) -> None:
        """Cut the connection."""
        if self._http is not None:
            self._http.close()

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model,
            "max_tokens": request.max_tokens,
            "temperature": 0.0,
            "stream": True,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages if m.role != "system"],
        }
        if system := "\n\n".join(message.content for message in request.messages if message.role == "system"):
            body["system"] = system
        if stops := [stop for stop in request.stop if stop.strip()]:  # the API refuses a stop of white space
            body["stop_sequences"] = stops
        return body


def _deltas(lines: Iterator[str], name: str) -> Iterator[Delta]:
    asked = 0
    for line in lines:
        if not line.startswith("data:"):
            continue
        try:
            event = json.loads(line[5:])
            kind = event["type"]
            if kind == "error":
                raise ModelUnavailable(f"{name} failed: {one_line(str(event['error']['message']))}")
            if kind == "message_start":
                asked = int(event["message"]["usage"]["input_tokens"])
            elif kind == "message_delta":
                yield Delta("", Usage(asked, int(event["usage"]["output_tokens"])))
            elif kind == "content_block_delta" and event["delta"]["type"] == "text_delta":
                yield Delta(str(event["delta"]["text"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadResponse(f"{name} answered what is not the protocol of Anthropic") from error
