"""Prompts, built by pure functions from the text files in rag/prompts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import resources
from string import Template

from index.errors import BadResponse
from rag.generate.passages import Passage
from rag.llms.base import Message, Schema
from rag.text.sanitise import as_data

OVERHEAD = 64  # tokens that a chat template adds around the messages
Count = Callable[[str], int]


@functools.cache
def text_of(name: str) -> str:
    """The prompt text of that name."""
    return resources.files("rag.generate").joinpath("prompts", f"{name}.txt").read_text(encoding="utf8").strip()


def render(passage: Passage) -> str:
    """A passage as a model sees it: numbered, delimited, its text unable to break out."""
    fields = {"number": str(passage.number), "title": as_data(passage.shown_title), "text": as_data(passage.shown_text)}
    return Template(text_of("passage")).substitute(fields)


def fit(passages: Sequence[Passage], room: int, count: Count) -> tuple[Passage, ...]:
    """As many passages from the front as fit into ``room`` tokens; whole ones only."""
    kept: list[Passage] = []
    for passage in passages:
        room -= count(render(passage)) + 2
        if room < 0:
            break
        kept.append(passage)
    return tuple(kept)


def answer_messages(
    question: str, passages: Sequence[Passage], *, window: int, max_tokens: int, count: Count, constrained: bool
) -> tuple[tuple[Message, ...], tuple[Passage, ...]]:
    """The messages that ask for an answer, and the passages in them; the context window is kept."""
    system, frame = text_of("answer"), text_of("question_json" if constrained else "question")
    asked = as_data(question)
    room = window - max_tokens - OVERHEAD - count(system) - count(asked) - count(frame)
    kept = fit(passages, room, count)
    if not kept:
        raise BadResponse(f"a context of {window} tokens is too small for a passage and an answer: see --llm-context")
    body = Template(frame).substitute(passages="\n\n".join(map(render, kept)), question=asked)
    return (Message("system", system), Message("user", body)), kept


def answer_schema(passages: int) -> Schema:
    """The JSON schema of an answer: sentences, each with the numbers of its passages."""
    number = {"type": "integer", "minimum": 1, "maximum": passages}
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": 300},
            "passages": {"type": "array", "items": number, "maxItems": 3},
        },
        "required": ["text", "passages"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence, "maxItems": 5}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def rephrase_messages(question: str, turns: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
    """The messages that ask for a follow-up question to be made to stand alone; turns are (question, answer)."""
    said = "\n".join(f"Question: {as_data(asked)}\nAnswer: {as_data(told)[:600]}" for asked, told in turns)
    body = f"{said}\n\nLast question: {as_data(question)}"
    return (Message("system", text_of("rephrase")), Message("user", body))
