"""A backend at work in a thread of its own, and how long to wait before it is asked again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.llms.base import Backend, Delta, Request
from rag.llms.failures import Transient

if TYPE_CHECKING:
    from tenacity import RetryCallState

POLL = 0.05


class Pump:
    """Runs a backend in a daemon thread and hands over pieces, the error, or None at the end."""

    def __init__(self, backend: Backend, request: Request) -> None:
        self.items: queue.Queue[Delta | BaseException | None] = queue.Queue(maxsize=256)
        self._backend, self._request = backend, request
        self._halt = threading.Event()
        self._ended = threading.Event()
        threading.Thread(target=self._work, name=f"llm {backend.name}", daemon=True).start()

    def stop(self) -> None:
        """Make the thread end; a connection that hangs is cut."""
        self._halt.set()
        if not self._ended.wait(POLL):
            self._backend.abort()

    def _work(self) -> None:
        last: BaseException | None = None
        try:
            for delta in self._backend.open(self._request):
                if not self._put(delta):
                    break
        except BaseException as error:  # whatever it is, the reader raises it
            last = error
        self._ended.set()
        self._put(last)

    def _put(self, item: Delta | BaseException | None) -> bool:
        while not self._halt.is_set():
            try:
                self.items.put(item, timeout=POLL)
            except queue.Full:
                continue
            return True
        return False


def wait_for(longest: float) -> Callable[[RetryCallState], float]:
    """Half a second, doubled each time, with jitter; or what the server asks for; never more than the longest."""
    from tenacity import wait_exponential_jitter

    growing = wait_exponential_jitter(multiplier=0.5, max=longest, jitter=0.25)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        after = error.after if isinstance(error, Transient) else None
        return min(longest, growing(state) if after is None else after)

    return wait
