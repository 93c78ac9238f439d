"""Errors of ours, told to whoever caused them: around every event of the page and every tool."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from functools import wraps
from typing import Any

import gradio as gr

from index.errors import CitewellError
from ui.conversation.asking import line_of


def telling(event: Callable[..., Any]) -> Callable[..., Any]:
    """What an event of the page or a tool does, its errors told to whoever caused them."""

    @wraps(event)
    async def states(*given: Any, **named: Any) -> AsyncIterator[Any]:
        with _told():
            async with aclosing(event(*given, **named)) as made:
                async for one in made:
                    yield one

    @wraps(event)
    async def waited(*given: Any, **named: Any) -> Any:
        with _told():
            return await event(*given, **named)

    @wraps(event)
    def made(*given: Any, **named: Any) -> Any:
        with _told():
            return event(*given, **named)

    if inspect.isasyncgenfunction(event):
        return states
    return waited if inspect.iscoroutinefunction(event) else made


@contextmanager
def _told() -> Iterator[None]:
    """Errors of ours, and of the disk, as Gradio shows them: their one line, no traceback in the terminal."""
    try:
        yield
    except (CitewellError, OSError) as error:
        raise gr.Error(line_of(error), print_exception=False, duration=8) from error
