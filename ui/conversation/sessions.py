"""Whose conversation is whose: conversations by an unguessable id, forgotten after a while, never mixed."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ui.conversation.state import Conversation

HOURS_KEPT = 12
MOST = 1000


@dataclass(slots=True)
class _Kept:
    seen: float
    conversation: Conversation = field(default_factory=Conversation)
    cancel: threading.Event | None = None


class Sessions:
    """Conversations by session id. Safe for threads; the longest unused are dropped first."""

    def __init__(
        self,
        *,
        seconds: float = HOURS_KEPT * 3600,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @staticmethod
    def new_id() -> str:
        """An id that nobody can guess."""
        return secrets.token_urlsafe(24)

    def get(self, session: str) -> Conversation:
        """The conversation of a session; an empty one where there is none or it has expired."""
        with self._lock:
            return self._touch(session).conversation

    def update(self, session: str, change: Callable[[Conversation], Conversation]) -> Conversation:
        """Replace the conversation of a session by what ``change`` makes of it."""
        with self._lock:
            kept = self._touch(session)
            kept.conversation = change(kept.conversation)
            return kept.conversation

    def begin(self, session: str) -> threading.Event:
        """Mark that an answer is being made; the event is set when it is to stop. An earlier one is stopped."""
        with self._lock:
            kept = self._touch(session)
            if kept.cancel is not None:
                kept.cancel.set()
            kept.cancel = threading.Event()
            return kept.cancel

    def stop(self, session: str) -> bool:
        """Stop the answer that is being made; whether there was one."""
        with self._lock:
            kept = self._kept.get(session)
            if kept is None or kept.cancel is None:
                return False
            kept.cancel.set()
            kept.cancel = None
            return True

    def end(self, session: str, cancel: threading.Event) -> None:
        """Mark that the answer begun with ``cancel`` is done."""
        with self._lock:
            kept = self._kept.get(session)
            if kept is not None and kept.cancel is cancel:
                kept.cancel = None

    def _touch(self, session: str) -> _Kept:
        now = self._clock()
        for old in [name for name, kept in self._kept.items() if now - kept.seen > self._seconds]:
            del self._kept[old]
        kept = self._kept.pop(session, None) or _Kept(now)
        kept.seen = now
        self._kept[session] = kept
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return kept
