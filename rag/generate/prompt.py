"""Prompts, built by pure functions from the text files in rag/prompts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import resources
from string import Template

from index.errors import BadResponse
from rag.generate.passages import Passage
from rag.llms.base import Message, Schema
from rag.text.injection import suspicion
from rag.text.sanitise import as_data

LONGEST_TURN = 1200  # characters of an earlier answer
OVERHEAD = 64  # tokens that a chat template adds around the messages
Count = Callable[[str], int]


@functools.cache
def text_of(name: str) -> str:
    """The prompt text of that name."""
    return resources.files("rag.generate").joinpath("prompts", f"{name}.txt").read_text(encoding="utf8").strip()


def render(passage: Passage) -> str:
    """A passage as a model sees it: number, title, year and authors, numbered sentences; it cannot break out."""
    paper = passage.paper
    year = f" ({paper.year})" if paper.year else ""
    named = f", {as_data(', '.join(paper.authors[:3]))}" if paper.authors and not suspicion(paper.authors[0]) else ""
    lines = [f"{passage.number}.{n} {as_data(text)}" for n, text in enumerate(passage.sentences, 1)]
    return Template(text_of("passage")).substitute(
        number=passage.number, title=as_data(passage.shown_title), about=f"{year}{named}", sentences="\n".join(lines)
    )


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
    question: str,
    passages: Sequence[Passage],
    *,
    window: int,
    max_tokens: int,
    count: Count,
    asks: str = "",
    turns: Sequence[tuple[str, str]] = (),
    constrained: bool = False,
) -> tuple[tuple[Message, ...], tuple[Passage, ...]]:
    """The messages that ask for an answer, and the passages in them; the context window is kept.

    The question goes in as the user put it; turns, the questions and answers before, go as turns, the oldest left out
    first where there is no room.
    """
    system, frame = text_of("answer"), text_of("question_json" if constrained else "question")
    asked = as_data(question)
    room = window - max_tokens - OVERHEAD - count(system) - count(asked) - count(frame) - count(asks)
    kept = fit(passages, room, count)
    if not kept:
        raise BadResponse(f"a context of {window} tokens is too small for a passage and an answer: see --llm-context")
    room -= sum(count(render(passage)) + 2 for passage in kept)
    before = _turns(turns, room, count)
    body = Template(frame).substitute(passages="\n\n".join(map(render, kept)), question=asked, asks=asks)
    return (Message("system", system), *before, Message("user", body)), kept


def _turns(turns: Sequence[tuple[str, str]], room: int, count: Count) -> tuple[Message, ...]:
    """As many turns from the end as there is room for."""
    kept: list[Message] = []
    for asked, told in reversed(turns):
        pair = [Message("user", as_data(asked)), Message("assistant", as_data(told)[:LONGEST_TURN] or "—")]
        room -= sum(count(message.content) + 8 for message in pair)
        if room < 0:
            break
        kept = [*pair, *kept]
    return tuple(kept)


def answer_schema(passages: Sequence[Passage]) -> Schema:
    """The JSON schema of an answer: sentences, each with the numbers of the sentences that it cites."""
    numbers = [f"{one.number}.{n}" for one in passages for n, _ in enumerate(one.usable, 1)]
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": 600},
            "citations": {"type": "array", "items": {"type": "string", "enum": numbers}, "maxItems": 4},
        },
        "required": ["text", "citations"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence, "maxItems": 12}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def rephrase_messages(question: str, turns: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
    """The messages that ask for a follow-up question to be made to stand alone; turns are (question, answer)."""
    said = "\n".join(f"Question: {as_data(asked)}\nAnswer: {as_data(told)[:600]}" for asked, told in turns)
    body = f"{said}\n\nLast question: {as_data(question)}"
    return (Message("system", text_of("rephrase")), Message("user", body))
