"""What every route needs: the shared workspace, the sessions, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.conversation.feedback import FeedbackStore
from ui.conversation.sessions import Sessions
from ui.conversation.state import Conversation
from ui.conversation.workspace import Workspace

SESSION_COOKIE = "citewell-session"


@dataclass(frozen=True, slots=True)
class Door:
    """The parts that the routes of all tabs share; signs_in: whether people sign in, and so can sign out."""

    workspace: Workspace
    sessions: Sessions
    feedback: FeedbackStore
    runs: Path
    signs_in: bool = False

    def session(self, request: Any) -> str:
        """The session id of a request; a new one, kept nowhere, where it brings none."""
        return request.cookies.get(SESSION_COOKIE) or Sessions.new_id()

    def conversation(self, request: Any) -> Conversation:
        """The conversation of a request."""
        return self.sessions.get(self.session(request))
