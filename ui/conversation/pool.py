"""Threads that questions wait in. Who waits for a silent model holds a thread of these and of nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, TypeVar

from index.errors import InputError

T = TypeVar("T")
MODELS = 32  # questions that a language model may work on at once; servers queue the rest themselves
QUOTING = 4  # questions answered at once without a model: the processor does those
WAITING = 200  # questions that may wait in one pool before others are told to come back later
DONE = object()


class Call:
    """A piece of work on its way, which can be broken off from elsewhere. Safe for threads.

    cancelled: set when nobody waits for it any more.
    """

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self._wake: Callable[[], Any] = lambda: None

    def woken_by(self, wake: Callable[[], Any]) -> None:
        """Have ``wake`` called when it is broken off, at once where it is already."""
        self._wake = wake
        if self.cancelled.is_set():
            wake()

    def stop(self) -> None:
        """Break it off: who waits for it is told that there is no more."""
        self.cancelled.set()
        self._wake()


class Pool:
    """A pool of threads with a bounded line before it."""

    def __init__(self, threads: int, name: str, waiting: int = WAITING) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"citewell-{name}")
        self._room = threading.Semaphore(threads + waiting)

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` returns, made in the pool."""
        async with aclosing(self.stream(lambda cancel: iter([work()]))) as states:
            return await anext(states)

    async def stream(
        self, make: Callable[[threading.Event], Iterator[T]], call: Call | None = None
    ) -> AsyncGenerator[T, None]:
        """What the iterator yields, made in the pool; its event is set when nobody listens any more.

        call: by what it can be broken off.
        """
        if not self._room.acquire(blocking=False):
            raise InputError("too many questions wait already; try again in a moment")
        loop, made, call = asyncio.get_running_loop(), asyncio.Queue[Any](), call or Call()
        cancel = call.cancelled

        def work() -> None:
            last: Any = DONE
            try:
                for one in () if cancel.is_set() else make(cancel):
                    loop.call_soon_threadsafe(made.put_nowait, one)
                    if cancel.is_set():
                        break
            except Exception as error:  # raised again where it is awaited
                last = error
            finally:
                self._room.release()
                if not loop.is_closed():
                    loop.call_soon_threadsafe(made.put_nowait, last)

        self._threads.submit(work)
        call.woken_by(lambda: loop.is_closed() or loop.call_soon_threadsafe(made.put_nowait, DONE))
        try:
            while (one := await made.get()) is not DONE:
                if isinstance(one, Exception):
                    raise one
                yield one
        finally:
            cancel.set()
