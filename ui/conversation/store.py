"""Conversations on this machine, each person's own, in a SQLite file that outlives a restart."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import InputError
from ui.conversation.codec import from_json, to_json
from ui.conversation.state import TITLE, Conversation, Exchange

DAYS = 90  # a conversation is forgotten so long after its last change
LISTED = 200
SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    key TEXT PRIMARY KEY, person TEXT NOT NULL, title TEXT NOT NULL, library TEXT NOT NULL,
    changed REAL NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS exchanges (
    key TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE, number INTEGER NOT NULL,
    words TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (key, number));
CREATE INDEX IF NOT EXISTS whose ON conversations (person, changed);
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as a line of the list."""

    key: str
    title: str
    changed: float


def titled(text: str) -> str:
    """The text as a title."""
    title = " ".join(text.split())[:TITLE]
    if not title:
        raise InputError("a title needs a letter at least")
    return title


class Store:
    """The file of conversations. Each call names the person; nobody reaches another's. Safe for threads.

    days: how long a conversation is kept after its last change.
    """

    def __init__(self, file: Path, days: float = DAYS) -> None:
        self._file, self.days = file, days
        self._ready = False

    def put(self, person: str, conversation: Conversation, exchange: Exchange) -> Conversation:
        """Keep an exchange, in place of itself and of what came after it; the conversation with its key."""
        key = conversation.key or secrets.token_urlsafe(9)
        with self._open() as db:
            owner = db.execute("SELECT person FROM conversations WHERE key = ?", (key,)).fetchone()
            if owner is None:
                row = (key, person, conversation.title[:TITLE], conversation.library, time.time())
                db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, 0)", row)
            elif owner[0] != person:
                raise InputError("that conversation is somebody else's")
            db.execute("DELETE FROM exchanges WHERE key = ? AND number >= ?", (key, exchange.number))
            words = f"{exchange.question}\n{exchange.answer.text}"
            db.execute("INSERT INTO exchanges VALUES (?, ?, ?, ?)", (key, exchange.number, words, to_json(exchange)))
            changed = (time.time(), conversation.library, key)
            db.execute("UPDATE conversations SET changed = ?, library = ?, deleted = 0 WHERE key = ?", changed)
        return replace(conversation, key=key)

    def cut(self, person: str, conversation: Conversation, number: int) -> None:
        """Take back that exchange and what came after it."""
        self._own(person, conversation.key, "DELETE FROM exchanges WHERE key = :key AND number >= :number", number)

    def get(self, person: str, key: str) -> Conversation:
        """The conversation of that key."""
        with self._open() as db:
            sql = "SELECT title, library FROM conversations WHERE key = ? AND person = ? AND deleted = 0"
            found = db.execute(sql, (key, person)).fetchone()
            if found is None:
                raise InputError("that conversation is not here any more")
            rows = db.execute("SELECT body FROM exchanges WHERE key = ? ORDER BY number", (key,)).fetchall()
        exchanges = tuple(from_json(body) for (body,) in rows)
        return Conversation(exchanges, library=found[1], key=key, title=found[0])

    def listed(self, person: str, words: str = "") -> tuple[Listed, ...]:
        """The person's conversations that hold the words in title, question or answer, the newest first."""
        like = f"%{words.strip().replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        sql = """SELECT key, title, changed FROM conversations AS c WHERE person = :person AND deleted = 0
                 AND EXISTS (SELECT 1 FROM exchanges AS e WHERE e.key = c.key
                             AND (e.words LIKE :like ESCAPE '!' OR c.title LIKE :like ESCAPE '!'))
                 ORDER BY changed DESC LIMIT :most"""
        with self._open() as db:
            rows = db.execute(sql, {"person": person, "like": like, "most": LISTED}).fetchall()
        return tuple(Listed(*row) for row in rows)

    def rename(self, person: str, key: str, title: str) -> None:
        """Give it another title."""
        self._own(person, key, "UPDATE conversations SET title = :value WHERE key = :key", titled(title))

    def rename_library(self, old: str, new: str) -> None:
        """Have everybody's conversations name a library as it is called now."""
        with self._open() as db:
            db.execute("UPDATE conversations SET library = ? WHERE library = ?", (new, old))
            sql = "UPDATE exchanges SET body = json_set(body, '$.library', ?) WHERE json_extract(body, '$.library') = ?"
            db.execute(sql, (new, old))

    def delete(self, person: str, key: str) -> None:
        """Put it aside; ``restore`` brings it back as long as citewell runs."""
        self._own(person, key, "UPDATE conversations SET deleted = :value WHERE key = :key", 1)

    def restore(self, person: str, key: str) -> None:
        """Take a deletion back."""
        self._own(person, key, "UPDATE conversations SET deleted = :value WHERE key = :key", 0)

    def judge(self, person: str, conversation: Conversation, number: int) -> None:
        """Keep the thumb on an exchange."""
        exchange = conversation.exchange(number)
        if exchange is not None:
            sql = "UPDATE exchanges SET body = :value WHERE key = :key AND number = :number"
            self._own(person, conversation.key, sql, to_json(exchange), number)

    def tidy(self) -> None:
        """Forget for good what was deleted and what is too old; to be called when citewell starts."""
        with self._open() as db:
            before = time.time() - self.days * 86_400
            db.execute("DELETE FROM conversations WHERE deleted = 1 OR changed < ?", (before,))

    def _own(self, person: str, key: str, sql: str, value: object, number: object = None) -> None:
        with self._open() as db:
            found = db.execute("SELECT person FROM conversations WHERE key = ?", (key,)).fetchone()
            if found is None or found[0] != person:
                raise InputError("that conversation is not here any more")
            db.execute(sql, {"key": key, "value": value, "number": value if number is None else number})

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._file, timeout=10)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            if not self._ready:
                db.execute("PRAGMA journal_mode = WAL")
                db.executescript(SCHEMA)
                self._ready = True
            with db:
                yield db
        finally:
            db.close()
