"""What a model thinks aloud before it answers, <think>…</think>, is no part of the answer."""

from __future__ import annotations

import re

_OPEN = re.compile(r"\s*<(think|thinking|thought|thoughts|reasoning|reflection)>", re.IGNORECASE)
_LONGEST = 16  # characters of an opening tag


class Thoughts:
    """Takes the pieces of an answer and gives them back without the thoughts at its beginning."""

    def __init__(self) -> None:
        self._held = ""  # what cannot be told yet: perhaps a tag that is not whole
        self._tag = ""
        self._over = False

    @property
    def open(self) -> bool:
        """Whether the model is in the middle of a thought."""
        return bool(self._tag)

    def without(self, piece: str) -> str:
        """What of the piece, and of what was held back before it, belongs to the answer."""
        if self._over:
            return piece
        self._held += piece
        while True:
            if self._tag:
                _, closed, rest = _cut(self._held, f"</{self._tag}>")
                if not closed:
                    self._held = self._held[-_LONGEST:]
                    return ""
                self._tag, self._held = "", rest
            elif found := _OPEN.match(self._held):
                self._tag, self._held = found[1], self._held[found.end() :]
            elif _may_open(self._held):
                return ""
            else:
                self._over = True
                return self._held


def _cut(text: str, tag: str) -> tuple[str, str, str]:
    at = text.lower().find(tag.lower())
    return (text, "", "") if at < 0 else (text[:at], tag, text[at + len(tag) :])


def _may_open(text: str) -> bool:
    start = text.lstrip()
    return not start or (start.startswith("<") and len(start) < _LONGEST and ">" not in start)
