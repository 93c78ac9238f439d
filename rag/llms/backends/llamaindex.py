"""Any LlamaIndex LLM object as a backend: the clients of hosted models, and whatever a developer hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rag.llms.base import Delta, Request, estimate_tokens
from rag.schema import Usage

Options = Callable[[Request], dict[str, Any]]
Tuned = Callable[[Any, Request], Any]
LENGTHS = ("max_tokens", "max_new_tokens", "num_output")  # what LlamaIndex's classes call the room for an answer


def as_given(client: Any, request: Request) -> Any:
    """The client itself: its options go along with the request."""
    return client


def tuned(client: Any, request: Request) -> Any:
    """A copy of a LlamaIndex object with the room and the temperature of this request, as far as its class has them."""
    fields = getattr(type(client), "model_fields", {})
    update: dict[str, Any] = {name: request.max_tokens for name in LENGTHS if name in fields}
    if "temperature" in fields:
        update["temperature"] = 0.0
    return client.model_copy(update=update) if update else client


class LlamaIndexBackend:
    """One LlamaIndex LLM. options: the keyword arguments of a request, which differ from client to client.

    tuned: the client for one request; the one that is kept here is never changed.
    """

    def __init__(
        self,
        client: Any,
        *,
        name: str | None = None,
        context_window: int | None = None,
        constrains: bool = False,
        options: Options | None = None,
        parameters: tuple[tuple[str, str], ...] = (),
        abort: Callable[[], None] | None = None,
        tuned: Tuned = as_given,
    ) -> None:
        self.client = client
        self.name = name or f"llamaindex:{client.metadata.model_name}"
        self.context_window = context_window or client.metadata.context_window
        self.constrains = constrains
        self.parameters = parameters
        self._options = options or (lambda request: {})
        self._abort = abort
        self._tuned = tuned

    def count_tokens(self, text: str) -> int:
        """An estimate on the high side: most clients have no tokenizer that works offline."""
        return estimate_tokens(text)

    def open(self, request: Request) -> Iterator[Delta]:
        """Ask through the client's ``stream_chat``; the text of its deltas, and the token counts where told."""
        from llama_index.core.llms import ChatMessage, MessageRole

        messages = [ChatMessage(role=MessageRole(m.role), content=m.content) for m in request.messages]
        seen = ""
        for response in self._tuned(self.client, request).stream_chat(messages, **self._options(request)):
            text = response.delta
            if text is None:  # some clients give only the text so far
                so_far = response.message.content or ""
                text, seen = so_far[len(seen) :], so_far
            yield Delta(str(text), usage_of(response))

    def abort(self) -> None:
        """Close the connection, where the client lets us."""
        if self._abort is not None:
            self._abort()


def usage_of(response: Any) -> Usage | None:
    """The token counts in a LlamaIndex response, wherever its client put them; None where it told none."""
    raw = response.raw if isinstance(response.raw, dict) else {"usage": getattr(response.raw, "usage", None)}
    message = getattr(response, "message", None)
    for holder in (raw.get("usage"), (message.additional_kwargs if message else {}).get("usage"), raw):
        counts = holder if isinstance(holder, dict) or holder is None else vars(holder)
        for inside, outside in (
            ("prompt_tokens", "completion_tokens"),
            ("input_tokens", "output_tokens"),
            ("prompt_eval_count", "eval_count"),
        ):
            given, made = (counts or {}).get(inside), (counts or {}).get(outside)
            if isinstance(given, int) and isinstance(made, int):
                return Usage(given, made)
    return None
