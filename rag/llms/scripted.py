"""A model that says what it was told to: for tests, and for trying the product without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rag.llms.base import Delta, Request, estimate_tokens
from rag.llms.guarded import GuardedLLM

Step = str | BaseException | Callable[[Request], str]


class ScriptedLLM(GuardedLLM):
    """Answers the requests in turn with the steps of a script, word by word; the last step repeats.

    A step is a text, an exception to raise (before any text), or a function of the request. ``requests`` keeps what
    was asked. It goes through the same guard as every real model.
    """

    def __init__(self, *script: Step, context_window: int = 8192, constrains: bool = False) -> None:
        self._scripted = _Script(script or ("",), context_window, constrains)
        super().__init__(self._scripted)

    @property
    def requests(self) -> Sequence[Request]:
        """Every request so far, oldest first."""
        return self._scripted.requests


class _Script:
    name = "scripted:script"
    parameters: tuple[tuple[str, str], ...] = ()

    def __init__(self, script: Sequence[Step], context_window: int, constrains: bool) -> None:
        self.context_window = context_window
        self.constrains = constrains
        self.requests: list[Request] = []
        self._script = script

    def count_tokens(self, text: str) -> int:
        return estimate_tokens(text)

    def open(self, request: Request) -> Iterator[Delta]:
        step = self._script[min(len(self.requests), len(self._script) - 1)]
        self.requests.append(request)
        if isinstance(step, BaseException):
            raise step
        text = step if isinstance(step, str) else step(request)
        for piece in re.findall(r"\s*\S+|\s+$", text):
            yield Delta(piece)

    def abort(self) -> None:
        """Nothing hangs here."""
