"""A question of the page on its way: what is shown while the answer is made, then the answer, kept."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from index.errors import CitewellError, InputError
from ui.conversation.asking import Shown, converse, whole
from ui.web import answer
from ui.web.desk import Desk, Door, told
from ui.web.escaping import markdown

QUICK = 1.5  # seconds within which nobody has begun to type the next question
A_FRAME = 0.08  # seconds between two states of a growing answer
RUNNING = gr.update(value="", submit_btn=False, stop_btn=True)
RESTING = gr.update(submit_btn=True, stop_btn=False)


@dataclass(frozen=True, slots=True)
class Made:
    """The messages, the state of the box, and the desk once the answer is whole."""

    messages: list[answer.Message]
    box: Any
    desk: Desk | None = None


async def answering(door: Door, desk: Desk, text: str, *, alone: bool = False) -> AsyncIterator[Made]:
    """Ask within the conversation on the desk, or ``alone``: not as a follow-up."""
    now, text = desk.conversation, whole((text or "").strip())
    if not text:
        raise told(InputError("ask something, such as: What is alignment faking?"))
    before = [*answer.messages(now), answer.question(text)]
    yield Made([*before, answer.said(answer.growing(Shown(), 0))], RUNNING)
    while not (there := door.workspace.readiness).ready and not there.failed:
        await asyncio.sleep(0.3)
        yield Made([*before, answer.said(f"*{markdown(there.doing)} …*")], gr.skip())

    def work(cancel: threading.Event) -> Iterator[Shown]:
        return converse(door.workspace, now, text, cancel, alone=alone)

    shown, seen = Shown(), 0.0
    try:
        async with aclosing(door.pool(now).stream(work)) as states:
            async for shown in states:
                if time.monotonic() - seen > A_FRAME and shown.exchange is None:
                    seen = time.monotonic()
                    yield Made([*before, answer.said(answer.growing(shown, now.next_number))], gr.skip())
    except CitewellError as error:
        shown = replace(shown, error=str(error))
    if shown.exchange is None:
        failed = answer.said(f"*There is no answer: {markdown(shown.error or 'it was broken off')}*")
        yield Made([*before, failed], gr.update(value=text, submit_btn=True, stop_btn=False))
        return
    desk = desk.having(door.store.put(desk.person, now.asked(shown.exchange), shown.exchange))
    box = RESTING if shown.exchange.seconds > QUICK else {**RESTING, "value": ""}
    yield Made(answer.messages(desk.conversation), box, desk)
