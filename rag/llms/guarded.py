"""Any backend made safe to ask: time-outs, bounded retries with back-off, cancellation, and errors that read well."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Iterator, Sequence

from index.errors import BadResponse, ModelError, ModelUnavailable
from rag.llms.base import Backend, Delta, Limits, Message, Request, Schema, Wrapper
from rag.llms.failures import Transient, translate
from rag.llms.prices import cost_of
from rag.llms.pump import POLL, Pump, wait_for
from rag.llms.thoughts import Thoughts
from rag.schema import Usage

CHARACTERS_A_TOKEN = 12


class GuardedLLM(Wrapper):
    """A backend behind limits. Failures before the first piece are tried again, later ones are not."""

    def __init__(self, backend: Backend, limits: Limits | None = None) -> None:
        super().__init__(backend)
        self._backend = backend
        self.limits = limits or Limits()

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        schema: Schema | None = None,
        stop: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> GuardedCompletion:
        """The answer, piece by piece."""
        request = Request(tuple(messages), max_tokens, schema if self.constrains else None, tuple(stop))
        return GuardedCompletion(self._backend, request, self.limits, cancel or threading.Event())


class GuardedCompletion:
    """One answer as it arrives. The backend works in a thread of its own, so that waiting for it can end."""

    def __init__(self, backend: Backend, request: Request, limits: Limits, cancel: threading.Event) -> None:
        self.usage = Usage()
        self.finish: str | None = None
        self._backend, self._request, self._limits, self._cancel = backend, request, limits, cancel
        url = dict(backend.parameters).get("url")
        self._called = f"{backend.name} at {url}" if url else backend.name
        self._room = request.max_tokens * CHARACTERS_A_TOKEN
        self._deadline = time.monotonic() + limits.total
        self._counted: Usage | None = None
        self._text: list[str] = []
        self._thoughts = Thoughts()
        self._pump: Pump | None = None
        self._pieces = self._run()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Stop, and let go of the connection."""
        self._pieces.close()
        self._stop()

    def _run(self) -> Generator[str, None, None]:
        try:
            first = self._first()
            while first is not None:
                text = self._take(first)
                if text:
                    yield text
                first = None if self.finish else self._next()
            self.finish = self.finish or "stop"
        finally:
            self._stop()
            self.usage = self._spent()
        if not "".join(self._text).strip() and self.finish != "cancelled":
            raise BadResponse(f"{self._called} {self._nothing()}")

    def _nothing(self) -> str:
        room = self._request.max_tokens
        if self._thoughts.open or (self._counted and self._counted.completion_tokens >= room):
            return f"wrote no answer within {room} tokens of thinking: switch its thinking off where it is served"
        return "answered nothing that can be read"

    def _first(self) -> Delta | None:
        """The first piece; tries again, with growing waits, while failures are of the kind that passes."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception(self._passes),
            stop=stop_after_attempt(self._limits.attempts),
            wait=wait_for(self._limits.longest_wait),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._attempt)

    def _attempt(self) -> Delta | None:
        self._pump = Pump(self._backend, self._request)
        return self._next()

    def _passes(self, error: BaseException) -> bool:
        return isinstance(error, Transient) and (error.after or 0.0) <= self._limits.longest_wait

    def _sleep(self, seconds: float) -> None:
        if time.monotonic() + seconds > self._deadline:
            raise ModelUnavailable(f"{self._called} did not answer within {self._limits.total:g} s")
        self._cancel.wait(seconds)

    def _next(self) -> Delta | None:
        """The next piece; None at the end or when cancelled."""
        assert self._pump is not None
        silence = time.monotonic() + self._limits.silence
        while not self._cancel.is_set():
            now = time.monotonic()
            if now > min(silence, self._deadline):
                raise self._late(total=now > self._deadline)
            try:
                item = self._pump.items.get(timeout=POLL)
            except queue.Empty:
                continue
            if isinstance(item, BaseException):
                raise translate(self._called, item)
            return item
        self.finish = "cancelled"
        return None

    def _late(self, *, total: bool) -> ModelError:
        self._stop()
        if total:
            return ModelUnavailable(f"{self._called} did not finish within {self._limits.total:g} s")
        return ModelUnavailable(f"{self._called} was silent for {self._limits.silence:g} s")

    def _take(self, delta: Delta) -> str:
        if delta.usage is not None:
            self._counted = delta.usage
        text = delta.text[: self._room]
        self._room -= len(text)
        if self._room <= 0:
            self.finish = "length"
        text = self._thoughts.without(text)
        self._text.append(text)
        return text

    def _stop(self) -> None:
        pump, self._pump = self._pump, None
        if pump is not None:
            pump.stop()

    def _spent(self) -> Usage:
        usage = self._counted
        if usage is None:
            prompt = sum(self._backend.count_tokens(message.content) for message in self._request.messages)
            usage = Usage(prompt, self._backend.count_tokens("".join(self._text)))
        return Usage(usage.prompt_tokens, usage.completion_tokens, cost_of(self._backend.name, usage))
