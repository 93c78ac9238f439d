"""One question of one conversation, as the states that the page shows while the answer is made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from index.errors import CitewellError, InputError
from rag import Turn
from rag.schema import Answer, Finished, Pending, Stage, Verified
from ui.conversation.present import citation_view, exchange_view, sentence_view
from ui.conversation.sessions import Sessions
from ui.conversation.state import Conversation
from ui.conversation.workspace import Workspace

LONGEST = 2000  # characters of a question


def asked(question: object) -> str:
    """A question that came from outside, if it is one: text, of a length that a person writes."""
    if not isinstance(question, str):
        raise InputError("the question must be text")
    if len(question) > LONGEST:
        raise InputError(f"the question is too long: at most {LONGEST} characters")
    return whole(question)


def whole(text: str) -> str:
    """The text without halves of characters, which JSON can hold and no encoding can write."""
    return text.encode("utf8", "replace").decode("utf8")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on the page so far: the stage, finished sentences with their citations, and the one being written."""

    stage: str = ""
    pending: str = ""
    sentences: tuple[dict[str, Any], ...] = ()
    citations: tuple[dict[str, Any], ...] = ()

    def view(self, **more: Any) -> dict[str, Any]:
        """The state as JSON types."""
        return {
            "stage": self.stage,
            "pending": self.pending,
            "sentences": list(self.sentences),
            "citations": list(self.citations),
            **more,
        }


def history(conversation: Conversation) -> tuple[Turn, ...]:
    """The exchanges as the turns that the assistant reads follow-ups by."""
    return tuple(Turn(one.question, one.answer) for one in conversation.exchanges)


def converse(
    workspace: Workspace, sessions: Sessions, session: str, question: str, instead_of: int | None = None
) -> Iterator[dict[str, Any]]:
    """Ask within a conversation; ``instead_of`` takes that exchange and all after it back first.

    Yields states of the page; the last one holds "exchange", "stopped" or "error".
    """
    cancel = sessions.begin(session)
    started = time.perf_counter()
    shown = Shown()
    try:
        question = asked(question)
        if instead_of is not None:
            sessions.update(session, lambda now: now.before(instead_of))
        conversation = sessions.get(session)
        assistant = workspace.assistant(conversation)
        events = assistant.stream(question, where=conversation.where, history=history(conversation), cancel=cancel)
        for event in events:
            if cancel.is_set():
                yield shown.view(stopped=True)
                return
            if isinstance(event, Finished):
                add = partial(_with, question, event.answer, time.perf_counter() - started)
                yield shown.view(exchange=exchange_view(sessions.update(session, add).exchanges[-1]))
                return
            shown = _after(shown, event)
            yield shown.view()
        yield shown.view(stopped=True)
    except CitewellError as error:
        yield shown.view(error=str(error))
    finally:
        cancel.set()
        sessions.end(session, cancel)


def _with(question: str, answer: Answer, seconds: float, now: Conversation) -> Conversation:
    return now.asked(question, answer, seconds)


def _after(shown: Shown, event: Stage | Pending | Verified) -> Shown:
    if isinstance(event, Stage):
        if event.name == "quote":  # nothing of what the model wrote stays
            return Shown(stage=event.name)
        return replace(shown, stage=event.name)
    if isinstance(event, Pending):
        return replace(shown, pending=event.text)
    known = {one["marker"] for one in shown.citations}
    fresh = tuple(citation_view(one) for one in event.citations if one.marker not in known)
    return replace(
        shown,
        pending="",
        sentences=(*shown.sentences, sentence_view(event.sentence)),
        citations=(*shown.citations, *fresh),
    )
