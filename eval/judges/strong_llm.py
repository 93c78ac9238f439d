"""A strong language model out of files: its answers by question, its judge's verdicts by statement."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.gold.strong import StrongAnswer
from index.errors import InputError
from rag.llms import Request, ScriptedLLM

MARKER = re.compile(r"\[(\d+)((?:\.\d+)?)\]")
_BEFORE = re.compile(r"(?:passage\s+|\[)(\d+)", re.IGNORECASE)
_QUESTION = re.compile(r"^(?:Question|Last question): (.*)$", re.MULTILINE)
_PASSAGE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_STATEMENT = re.compile(r"^(\d+)\. (.*) \(rests on (.*)\)$", re.MULTILINE)
Statement = tuple[str, frozenset[str]]  # what is judged, and the titles of the papers that it rests on


@dataclass(frozen=True, slots=True)
class Replies:
    """What a judge said: whole replies by the hash of their prompt, and verdicts by statement.

    A verdict is on a statement and the papers that it rests on, whatever stands beside it in a prompt.
    """

    prompts: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[Statement, Mapping[str, Any]] = field(default_factory=dict)

    def to(self, prompt: str) -> tuple[str, int]:
        """The reply to a judge's prompt, and how many of its statements nobody judged."""
        body, _, listed = prompt.partition("\n\nStatements:\n")
        titles = dict(_PASSAGE.findall(body))
        rows, missing = [], 0
        for number, text, papers in _STATEMENT.findall(listed):
            rests_on = frozenset(titles[n] for n in re.findall(r"passage (\d+)", papers) if n in titles)
            verdict = self.statements.get((text, rests_on))
            missing += verdict is None
            if verdict is not None:
                rows.append({"statement": int(number), **verdict})
        return json.dumps(rows, ensure_ascii=False), missing


def read_replies(path: Path | None) -> Replies:
    """A judge's replies, a line each: {key, reply} for a prompt, or {statement, papers, verdict, quotes}."""
    if path is None:
        return Replies()
    prompts, statements = {}, {}
    try:
        for row in map(json.loads, filter(str.strip, path.read_text(encoding="utf8").splitlines())):
            if "key" in row:
                prompts[row["key"]] = row["reply"]
            elif "statement" in row:
                said = {"verdict": row["verdict"], "quotes": row["quotes"]}
                statements[row["statement"], frozenset(row["papers"])] = said
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} holds no replies of a judge: {type(error).__name__}: {error}") from error
    return Replies(prompts, statements)


class StrongLLM(ScriptedLLM):
    """Gives the answers of a file, each marker renumbered to the number that its paper has in the prompt.

    A judge's prompt is answered from ``replies``, whatever else it is asked with "NOT STATED"; ``unknown`` keeps the
    prompts that are not answered in full, by hash. lost: how many markers named a paper that the prompt does not hold.
    judged and unjudged count the statements that were to be judged, and those of them on which there is no verdict.
    """

    def __init__(self, answers: Sequence[StrongAnswer], replies: Replies | None = None) -> None:
        self._answers = {key_of(answer.question): answer for answer in answers}
        self._replies = replies or Replies()
        self.unknown: dict[str, str] = {}
        self.lost: dict[str, int] = {}
        self.judged = self.unjudged = 0
        super().__init__(self._reply, context_window=128_000)

    def _reply(self, request: Request) -> str:
        prompt = "\n".join(message.content for message in request.messages)
        asked = _QUESTION.findall(request.messages[-1].content)
        answer = self._answers.get(key_of(asked[-1])) if asked else None
        if answer is None:
            return self._other(prompt)
        numbers = {n: _number(title, prompt) for n, title in answer.papers}
        lost = [found[1] for found in MARKER.finditer(answer.text) if not numbers.get(found[1])]
        self.lost[answer.question] = len(lost)
        return MARKER.sub(lambda m: f"[{numbers[m[1]]}{m[2]}]" if numbers.get(m[1]) else "", answer.text)

    def _other(self, prompt: str) -> str:
        key = hashlib.sha256(prompt.encode()).hexdigest()[:16]
        statements = len(_STATEMENT.findall(prompt))
        self.judged += statements
        if key in self._replies.prompts:
            return self._replies.prompts[key]
        reply, missing = self._replies.to(prompt)
        self.unjudged += missing
        if missing or not statements:
            self.unknown[key] = prompt
        return reply if statements else "NOT STATED"


def _number(title: str, prompt: str) -> str | None:
    """The number of the passage with this title: the last one that stands before it."""
    at = prompt.find(title[:60])
    before = _BEFORE.findall(prompt[:at]) if at >= 0 else []
    return before[-1] if before else None


def key_of(question: str) -> str:
    """A text by its words alone."""
    return re.sub(r"\W+", " ", question).strip().casefold()
