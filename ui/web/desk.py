"""What every tab needs: the shared parts, and the seat of the one who asks: their desk in this browser tab."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import CitewellError
from ui.conversation.feedback import FeedbackStore
from ui.conversation.found_models import Found
from ui.conversation.libraries import Library, library
from ui.conversation.pool import MODELS, QUOTING, Call, Pool
from ui.conversation.state import EVERYTHING, Conversation, Exchange
from ui.conversation.store import Store, titled
from ui.conversation.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Door:
    """The parts that all tabs share."""

    workspace: Workspace
    store: Store
    feedback: FeedbackStore
    runs: Path
    models: Pool = field(default_factory=lambda: Pool(MODELS, "models"))
    quoting: Pool = field(default_factory=lambda: Pool(QUOTING, "quoting"))

    def pool(self, conversation: Conversation) -> Pool:
        """The threads that a question of this conversation waits in."""
        return self.models if self.workspace.answers_by_model(conversation) else self.quoting

    def person(self, request: gr.Request) -> str:
        """Who asks: the name they signed in with; on this machine its user; else whoever has this browser tab open."""
        name = getattr(request, "username", None)
        if name:
            return f"user:{name}"
        return "" if self.workspace.local else f"tab:{request.session_hash}"


@dataclass(frozen=True, slots=True)
class Desk:
    """One browser tab as it is at one moment.

    person: whose it is. shown: the library on its tab. deleted: the conversation that was deleted last. address: what
    its evidence was last asked to show. used: the models that were chosen in it.
    """

    person: str = ""
    conversation: Conversation = field(default_factory=Conversation)
    shown: str = ""
    deleted: str = ""
    address: str = ""
    used: tuple[Found, ...] = ()

    def having(self, conversation: Conversation) -> Desk:
        """The desk with another conversation on it."""
        return replace(self, conversation=conversation)

    def renamed(self, library: str, name: str) -> Desk:
        """The desk where a library has another name."""
        now = self.conversation
        asked = tuple(replace(one, library=name) if one.library == library else one for one in now.exchanges)
        return self.having(replace(now, exchanges=asked, library=name if now.library == library else now.library))

    def standing(self, door: Door) -> Desk:
        """The desk, asking the library that the chat was started with where its own is no more."""
        try:
            self.library(door)
        except CitewellError:
            return self.having(replace(self.conversation, library="", where=EVERYTHING))
        return self

    def library(self, door: Door) -> Library:
        """The library that is asked."""
        return library(self.conversation.library or door.workspace.name, door.workspace.given)

    def library_shown(self, door: Door) -> Library:
        """The library that the Library tab shows: the one that is asked, unless another was chosen there."""
        try:
            return library(self.shown, door.workspace.given) if self.shown else self.library(door)
        except CitewellError:  # deleted in between
            return self.library(door)


class Seat:
    """One browser tab's place: its desk as it is now, and the questions on their way. Safe for threads.

    The events of a page overlap: an answer takes seconds, in which a model is chosen or a title changed. So no event
    carries the desk away and writes it back at its end; each changes at once what is its own to change, on the desk as
    it then is. In a conversation one question is on its way at a time; a newer one takes its place.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._desk = Desk()
        self._calls: dict[str, Call] = {}

    def __deepcopy__(self, memo: object) -> Seat:
        """Gradio copies the first value of a state for each browser tab."""
        return Seat()

    @property
    def now(self) -> Desk:
        """The desk as it is."""
        return self._desk

    def desk(self, door: Door, request: gr.Request) -> Desk:
        """The desk as it is, or an empty one where it was somebody else's."""
        person = door.person(request)
        return self.change(lambda now: now if now.person == person else Desk(person))

    def change(self, how: Callable[[Desk], Desk]) -> Desk:
        """Change the desk as it now is; the changed desk."""
        with self._lock:
            self._desk = how(self._desk)
            return self._desk

    def choose(self, **chosen: Any) -> Desk:
        """Change what the conversation is asked of, or its title; the changed desk."""
        return self.change(lambda desk: desk.having(replace(desk.conversation, **chosen)))

    def begin(self, now: Conversation) -> tuple[Conversation, Call]:
        """A question begins in that conversation, which gets a key; one on its way there gives way to it."""
        with self._lock:
            if not now.key:
                now = replace(now, key=secrets.token_urlsafe(9))
                self.choose(key=now.key)
            self.drop(now.key)
            self._calls[now.key] = Call()
            return now, self._calls[now.key]

    def stop(self, key: str) -> None:
        """Break off the question on its way there; it says so itself."""
        if call := self._calls.get(key):
            call.stop()

    def drop(self, key: str) -> None:
        """Break off the question on its way there, without a word: what it was asked after is no more."""
        if call := self._calls.pop(key, None):
            call.stop()

    def end(self, key: str, call: Call) -> None:
        """That question is on its way no more."""
        with self._lock:
            if self._calls.get(key) is call:
                del self._calls[key]

    def asking(self, key: str, call: Call | None = None) -> bool:
        """Whether a question is on its way in that conversation, or whether it is that one."""
        found = self._calls.get(key)
        return found is not None and call in (None, found)

    def rename(self, door: Door, title: str) -> Desk:
        """Give the conversation another title, before its first answer too."""
        with self._lock:
            title, now = titled(title), self._desk.conversation
            if now.exchanges:
                door.store.rename(self._desk.person, now.key, title)
            return self.choose(title=title)

    def answered(self, door: Door, asked: Conversation, call: Call, exchange: Exchange) -> Desk | None:
        """Keep the answer to a question of ``asked``, if nothing took its place, and put it on the desk if it is there.

        asked: the conversation as it was when the question began.
        """
        with self._lock:
            if not self.asking(asked.key, call):
                return None
            here = self._desk.conversation
            before = here.before(exchange.number) if here.key == asked.key else asked
            made = before.asked(exchange)
            door.store.put(self._desk.person, replace(made, library=asked.library), exchange)
            self.end(asked.key, call)
            return self.change(lambda desk: desk.having(made) if here.key == asked.key else desk)
