"""One question of one conversation, as the states that are shown while the answer is made."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import CitewellError, InputError
from rag import Turn
from rag.schema import Citation, Finished, Pending, Revised, Sentence, Stage, Verified
from ui.conversation.state import EVERYTHING, Conversation, Exchange
from ui.conversation.workspace import Workspace

LONGEST = 2000  # characters of a question
PATH = re.compile(r"(?<![\w./~-])(/[^\s/'\"`]+)(?:/[^\s/'\"`]+)*/([^\s/'\"`]+)")


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


def line_of(error: object) -> str:
    """An error as readers and programs are told it: of a path on this machine, the name of its last part alone."""
    return PATH.sub(lambda found: found[2] if Path(found[1]).exists() else found[0], whole(str(error)))


@dataclass(frozen=True, slots=True)
class Shown:
    """What is there so far: the stage, finished sentences with their citations, and the one being written.

    exchange: the whole answer, in the last state; error: why there is none.
    """

    stage: str = ""
    pending: str = ""
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    exchange: Exchange | None = None
    error: str = ""


def history(conversation: Conversation) -> tuple[Turn, ...]:
    """The exchanges as the turns that the assistant reads follow-ups by."""
    return tuple(Turn(one.question, one.answer) for one in conversation.exchanges)


def converse(
    workspace: Workspace, conversation: Conversation, question: str, cancel: threading.Event, *, alone: bool = False
) -> Iterator[Shown]:
    """Ask within a conversation, or ``alone``: not as a follow-up. The last state holds "exchange" or "error"."""
    started = time.perf_counter()
    shown, read_as = Shown(), ""
    try:
        question = asked(question)
        assistant = workspace.assistant(conversation)
        before = () if alone else history(conversation)
        where = None if conversation.where == EVERYTHING else conversation.where
        for event in assistant.stream(question, where=where, history=before, cancel=cancel):
            if cancel.is_set():
                return
            if isinstance(event, Finished):
                made = Exchange(
                    conversation.next_number,
                    question,
                    event.answer,
                    time.perf_counter() - started,
                    library=conversation.library or workspace.name,
                    asked_of=workspace.scope(conversation),
                    read_as=read_as,
                )
                yield replace(shown, exchange=made)
                return
            if isinstance(event, Stage) and event.name == "retrieve" and event.detail not in ("", question):
                read_as = event.detail
            if not isinstance(event, Revised):  # the finished answer holds what the judge settled
                shown = _after(shown, event)
                yield shown
    except CitewellError as error:
        yield replace(shown, error=line_of(error))


def _after(shown: Shown, event: Stage | Pending | Verified) -> Shown:
    if isinstance(event, Stage):
        return replace(shown, stage=event.name)
    if isinstance(event, Pending):
        return replace(shown, pending=event.text)
    known = {one.marker for one in shown.citations}
    fresh = tuple(one for one in event.citations if one.marker not in known)
    return replace(
        shown, pending="", sentences=(*shown.sentences, event.sentence), citations=(*shown.citations, *fresh)
    )
