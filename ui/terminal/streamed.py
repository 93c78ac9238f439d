"""An answer from a language model, printed sentence by sentence: each with its verdict, none before it."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from rag.text import visible

if TYPE_CHECKING:
    from index import Filter
    from rag import Answer, Assistant
    from rag.schema import Sentence

SIGNS = {"supported": "✓", "unchecked": "?", "contradicted": "✗"}
STYLES = {"supported": "", "unchecked": "yellow", "contradicted": "strike dim"}


def ask_aloud(assistant: Assistant, question: str, where: Filter | None, out: IO[str] | None = None) -> Answer:
    """Ask, and print every sentence as soon as it is checked. Ctrl-C once keeps what was checked so far."""
    from rich.console import Console

    from rag.schema import Finished, Stage, Verified

    console = Console(file=out or sys.stdout, markup=False, highlight=False, emoji=False)
    whole = not console.is_terminal  # lines are broken, between words, where a person reads them
    with cancelled_by_ctrl_c() as cancel:
        for event in assistant.stream(question, where=where, cancel=cancel):
            if isinstance(event, Verified):
                console.print(line_of(event.sentence), style=STYLES[event.sentence.verdict], soft_wrap=whole)
            elif isinstance(event, Stage) and event.name == "quote":
                console.print(f"(quoting the papers, because {event.detail})", style="yellow", soft_wrap=whole)
            elif isinstance(event, Finished):
                return event.answer
    raise RuntimeError("a stream ends with Finished")


@contextmanager
def cancelled_by_ctrl_c() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one interrupts as usual."""
    cancel = threading.Event()

    def first(*_: object) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def line_of(sentence: Sentence) -> str:
    """A sentence with its sign, its markers, and why it is not supported."""
    markers = "".join(f"[{marker}]" for marker in sentence.markers)
    note = f"  ({sentence.verdict}: {sentence.note})" if sentence.verdict != "supported" else ""
    return visible(f"{SIGNS[sentence.verdict]} {sentence.text}{f' {markers}' if markers else ''}{note}")
