"""A question of the page on its way: what is shown while the answer is made, then the answer, kept."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import gradio as gr

from index.errors import CitewellError, InputError
from ui.conversation.asking import Shown, converse, line_of, whole
from ui.conversation.pool import Call
from ui.conversation.state import Conversation
from ui.web import answer
from ui.web.desk import Door, Seat
from ui.web.escaping import markdown

T = TypeVar("T")
QUICK = 1.5  # seconds within which nobody has begun to type the next question
A_FRAME = 0.08  # seconds between two states of a growing answer
RUNNING = gr.update(submit_btn=False, stop_btn=True)
RESTING = gr.update(submit_btn=True, stop_btn=False)


@dataclass(frozen=True, slots=True)
class Made:
    """The messages and the state of the box; whether the answer is whole, and whether its conversation is shown."""

    messages: Any
    box: Any
    whole: bool = False
    here: bool = True


async def answering(
    door: Door, seat: Seat, now: Conversation, text: str, *, alone: bool = False
) -> AsyncIterator[Made]:
    """Ask within a conversation, or ``alone``: not as a follow-up.

    Where another conversation is opened meanwhile, that one is what the page shows; the answer is kept in its own.
    """
    text = whole((text or "").strip())
    if not text and seat.asking(now.key):
        return  # Enter was pressed twice
    if not text:
        raise InputError("ask something, such as: What is alignment faking?")
    now, call = seat.begin(now)
    left = False
    try:
        async with aclosing(_states(door, seat, now, call, text, alone)) as states:
            async for made in states:
                if seat.now.conversation.key == now.key:
                    left = False
                    yield made
                elif made.whole or not left:
                    yield _elsewhere(seat, made.whole)
                    left = True
        if not left and seat.now.conversation.key != now.key:
            yield _elsewhere(seat, False)
    finally:
        seat.end(now.key, call)


def _elsewhere(seat: Seat, whole: bool) -> Made:
    """What the page shows after all: the last state may have crossed on its way with what opened the other."""
    return Made(answer.messages(seat.now.conversation), gr.skip(), whole, here=False)


async def _states(
    door: Door, seat: Seat, now: Conversation, call: Call, text: str, alone: bool
) -> AsyncGenerator[Made, None]:
    before, began = [*answer.messages(now), answer.question(text)], time.monotonic()
    yield Made([*before, answer.said(answer.growing(Shown(), 0))], RUNNING)
    while not (there := door.workspace.readiness).ready and not there.failed and not call.cancelled.is_set():
        await asyncio.sleep(0.3)
        yield Made([*before, answer.said(f"*{markdown(there.doing)} …*")], gr.skip())

    def work(cancel: threading.Event) -> Iterator[Shown]:
        return converse(door.workspace, now, text, cancel, alone=alone)

    shown = Shown()
    try:
        async with aclosing(door.pool(now).stream(work, call)) as made, aclosing(paced(made)) as states:
            async for shown in states:
                if shown.exchange is None:
                    yield Made([*before, answer.said(answer.growing(shown, now.next_number))], gr.skip())
    except CitewellError as error:
        shown = replace(shown, error=line_of(error))
    if not seat.asking(now.key, call):
        return  # another question took its place
    if shown.exchange is None:
        said = f"*There is no answer: {markdown(shown.error)}*" if shown.error else "*Stopped.*"
        quick = time.monotonic() - began < QUICK
        box = {**RESTING, "value": text} if shown.error and quick else RESTING
        yield Made([*before, answer.said(said)], box)
        return
    desk = seat.answered(door, now, call, shown.exchange)
    if desk is not None:
        yield Made(answer.messages(desk.conversation), RESTING, whole=True)


async def paced(states: AsyncGenerator[T, None], frame: float = A_FRAME) -> AsyncGenerator[T, None]:
    """The newest state once a frame: where no newer one comes, the last is not left out but shown when its time is."""
    newest: list[T] = []
    due = 0.0
    coming = asyncio.ensure_future(anext(states))
    try:
        while True:
            await asyncio.wait({coming}, timeout=max(0.0, due - time.monotonic()) if newest else None)
            if coming.done():
                newest = [coming.result()]
                coming = asyncio.ensure_future(anext(states))
            if newest and time.monotonic() >= due:
                yield newest.pop()
                due = time.monotonic() + frame
    except Exception as error:  # the end, or what went wrong: after what was made before it
        if newest:
            yield newest.pop()
        if not isinstance(error, StopAsyncIteration):
            raise
    finally:
        coming.cancel()
        await asyncio.wait({coming})
