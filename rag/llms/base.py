"""What an LLM is to citewell: messages in, text out piece by piece, tokens counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from rag.schema import Usage

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a backend. schema: a JSON schema that the answer must follow, where the backend can."""

    messages: tuple[Message, ...]
    max_tokens: int
    schema: Schema | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text as it arrives; usage where the backend tells it, as a rule with the last piece."""

    text: str
    usage: Usage | None = None


class Completion(Protocol):
    """The pieces of one answer. finish says how it ended: "stop", "length" or "cancelled"; None while it runs."""

    usage: Usage
    finish: str | None

    def __iter__(self) -> Iterator[str]:
        """Itself."""
        ...

    def __next__(self) -> str:
        """The next piece of text."""
        ...

    def close(self) -> None:
        """Stop, and let go of the connection."""
        ...


@runtime_checkable
class LLM(Protocol):
    """A language model, whatever it runs on. ``get_llm`` makes one; `ScriptedLLM` is one without a model."""

    @property
    def name(self) -> str:
        """The name it is asked by: "provider:model"."""
        ...

    @property
    def context_window(self) -> int:
        """How many tokens prompt and answer may hold together."""
        ...

    @property
    def constrains(self) -> bool:
        """Whether it can be held to a JSON schema."""
        ...

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What else decides its answers, for the receipt; never a key."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens the text takes; where the tokenizer is not at hand, an estimate on the high side."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        schema: Schema | None = None,
        stop: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> Completion:
        """The answer, piece by piece. Raises ModelError when there is none."""
        ...


class Backend(Protocol):
    """One way to reach a model. `GuardedLLM` adds time-outs, retries, cancellation and clear errors to it."""

    name: str
    context_window: int
    constrains: bool
    parameters: tuple[tuple[str, str], ...]

    def count_tokens(self, text: str) -> int:
        """As of the LLM."""
        ...

    def open(self, request: Request) -> Iterator[Delta]:
        """Ask once, without retries. It may raise anything; closing the iterator stops the work."""
        ...

    def abort(self) -> None:
        """Called from another thread to make a hanging ``open`` end, where that can be done."""
        ...


def estimate_tokens(text: str) -> int:
    """Tokens by length, on the high side: English takes about four bytes a token, this assumes three."""
    return -(-len(text.encode()) // 3)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds, and how often to try again.

    connect: for the connection; silence: for the first piece and between any two; total: for the whole answer.
    attempts: how many times in all, when the failure may pass (429, 5xx, no connection) and nothing was read yet.
    """

    connect: float = 10.0
    silence: float = 120.0
    total: float = 600.0
    attempts: int = 3
    longest_wait: float = 20.0


class Wrapper:
    """What an LLM that stands before another model says of itself: all of it as of the model behind."""

    def __init__(self, behind: LLM | Backend) -> None:
        self._behind = behind

    @property
    def name(self) -> str:
        """The name it is asked by."""
        return self._behind.name

    @property
    def context_window(self) -> int:
        """How many tokens prompt and answer may hold together."""
        return self._behind.context_window

    @property
    def constrains(self) -> bool:
        """Whether it can be held to a JSON schema."""
        return self._behind.constrains

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What else decides its answers; never a key."""
        return self._behind.parameters

    def count_tokens(self, text: str) -> int:
        """How many tokens the text takes."""
        return self._behind.count_tokens(text)
