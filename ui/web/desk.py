"""What every tab needs: the shared parts, and the desk of the one who asks: their conversation in this browser tab."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import gradio as gr

from index.errors import CitewellError
from ui.conversation.asking import whole
from ui.conversation.feedback import FeedbackStore
from ui.conversation.libraries import Library, library
from ui.conversation.pool import MODELS, QUOTING, Pool
from ui.conversation.state import Conversation
from ui.conversation.store import Store
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
    """One browser tab: whose it is, their conversation, the library shown on its tab, and what was deleted last."""

    person: str = ""
    conversation: Conversation = field(default_factory=Conversation)
    shown: str = ""
    deleted: str = ""

    def of(self, door: Door, request: gr.Request) -> Desk:
        """This desk, or an empty one where it is somebody else's."""
        person = door.person(request)
        return self if self.person == person else Desk(person)

    def having(self, conversation: Conversation) -> Desk:
        """The desk with another conversation on it."""
        return replace(self, conversation=conversation)

    def library(self, door: Door) -> Library:
        """The library that is asked."""
        return library(self.conversation.library or door.workspace.name, door.workspace.given)

    def library_shown(self, door: Door) -> Library:
        """The library that the Library tab shows: the one that is asked, unless another was chosen there."""
        try:
            return library(self.shown, door.workspace.given) if self.shown else self.library(door)
        except CitewellError:  # deleted in between
            return self.library(door)


def told(error: Exception) -> gr.Error:
    """An error of ours as Gradio shows it: its one line, no traceback in the terminal."""
    return gr.Error(whole(str(error)), print_exception=False, duration=8)
