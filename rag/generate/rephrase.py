"""A follow-up question made to stand alone by the language model, or by rules where it fails."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from index.errors import ModelError
from rag.generate.prompt import rephrase_messages
from rag.llms.base import LLM
from rag.question.followup import Turn
from rag.retrieve.turns import Reading
from rag.text.sanitise import plain

LOOK_BACK = 3
MAX_TOKENS = 80
LONGEST = 400


def rephrase(
    question: str, reading: Reading, history: Sequence[Turn], llm: LLM | None, cancel: threading.Event | None = None
) -> Reading:
    """A follow-up in the model's words, for the search alone; what does not lean on a turn before stays as it is.

    The model's wording is taken only when it is one line that keeps what the question asked; else the rules decide.
    """
    if llm is None or reading.told is None:
        return reading
    turns = [(turn.question, turn.answer.text if turn.answer else "") for turn in history[-LOOK_BACK:]]
    try:
        messages = rephrase_messages(question, turns)
        told = "".join(llm.stream(messages, max_tokens=MAX_TOKENS, stop=("\n",), cancel=cancel))
    except ModelError:
        return reading
    lines = [line.strip(" \"'“”*") for line in plain(told).splitlines() if line.strip()]
    asked = lines[0].removeprefix("Question:").strip() if lines else ""
    return Reading(asked, asked) if _usable(asked, question, turns) else reading


def _usable(asked: str, question: str, turns: Sequence[tuple[str, str]]) -> bool:
    """It is a question, brings in nothing from outside the conversation, and keeps the question's own words."""
    from rag.text.words import content

    said = set(content(" ".join([question, *(text for turn in turns for text in turn)])))
    words, own = set(content(asked)), set(content(question))
    return asked.endswith("?") and len(asked) <= LONGEST and words <= said and own <= words
