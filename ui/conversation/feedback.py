"""Thumbs up and down, kept in a local SQLite file and handed out as candidates for a gold set."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.schema import Answer

SCHEMA = """CREATE TABLE IF NOT EXISTS feedback (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, good INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL)"""


class FeedbackStore:
    """The file of judgements. A second judgement of the same answer replaces the first; None takes it back."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def count(self) -> int:
        """How many answers were judged."""
        if not self._file.exists():
            return 0
        with self._open() as db:
            return int(db.execute("SELECT count(*) FROM feedback").fetchone()[0])

    def judge(self, question: str, answer: Answer, *, good: bool | None) -> None:
        """Keep a judgement."""
        text = json.dumps({name: value for name, value in answer.to_dict().items() if name != "timings"})
        with self._open() as db:
            db.execute("DELETE FROM feedback WHERE question = ? AND answer = ?", (question, text))
            if good is None:
                return
            db.execute(
                "INSERT INTO feedback (at, good, question, answer) VALUES (?, ?, ?, ?)",
                (time.time(), int(good), question, text),
            )

    def candidates(self) -> str:
        """Every judged question as a line of a gold set; what only a person can say is left empty to be filled in."""
        lines: list[dict[str, Any]] = [{"format": "citewell-gold", "version": 1, "name": "candidates from the chat"}]
        if self._file.exists():
            with self._open() as db:
                rows = db.execute("SELECT number, good, question, answer FROM feedback ORDER BY number").fetchall()
            lines += [
                candidate(number, bool(good), question, json.loads(text)) for number, good, question, text in rows
            ]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._file, timeout=10)
        try:
            with db:
                db.execute(SCHEMA)
                yield db
        finally:
            db.close()


def candidate(number: int, good: bool, question: str, answer: dict[str, Any]) -> dict[str, Any]:
    """A gold question as far as a judgement tells it: what was liked is a reference, what was not needs a person."""
    titles = list(dict.fromkeys(citation["title"] for citation in answer["citations"]))
    answered = good and not answer["abstained"]
    return {
        "query_id": f"chat-{number:04d}",
        "question": question,
        "answerable": not (good and answer["abstained"]),
        "reference_answers": [answer["text"]] if answered else [],
        "key_facts": [],
        "relevant_titles": titles if answered else [],
        "kind": "other",
        "outcome": answer["outcome"] if good else "answered",
        "split": "dev",
    }
