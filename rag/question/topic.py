"""What qualifies a paper for a list: names to be found, words of a topic, and conditions on the record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.question.conditions import Condition, counted, dated, from_organisation, written_by
from rag.question.frame import FRAME
from rag.question.library import Library
from rag.text.words import content, names, words

_LINKS = re.compile(r"\b(?:or|and/or)\b|[/,;]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Topic:
    """What qualifies a paper: any of the names as a phrase, or any of the alternatives (stem to word) as a topic."""

    text: str
    names: tuple[tuple[str, ...], ...]
    alternatives: tuple[dict[str, str], ...]
    conditions: tuple[Condition, ...]


def read_topic(asked: Library, rest: str, organisations: frozenset[str]) -> Topic:
    """What a question about several papers asks for; ``rest``: its topic, set right; ``organisations``: those known."""
    rest, found = _conditions(rest, organisations)
    conditions = list(found)
    if asked.span:
        conditions.insert(0, dated(asked.span))
    for name in asked.authors:
        known = " ".join(words(name)) in organisations
        conditions.insert(0, from_organisation(name.casefold()) if known else written_by(name))
    named = tuple(dict.fromkeys(tuple(words(name)) for name in sorted(names(rest))))
    parts = [{s: w for s, w in content(part).items() if w not in FRAME} for part in _LINKS.split(rest)]
    alternatives = tuple(part for part in parts if part)
    text = " or ".join(" ".join(part.values()) for part in alternatives)
    return Topic(text, named, alternatives, tuple(conditions))


def _conditions(question: str, organisations: frozenset[str]) -> tuple[str, tuple[Condition, ...]]:
    found: list[Condition] = []
    rest = question
    if (count := counted(rest)) is not None:
        rest = count[0]
        found.append(count[1])
    for organisation in organisations:
        pattern = re.compile(rf"\b(?:by|from|of|at)\s+{re.escape(organisation)}\b", re.IGNORECASE)
        if pattern.search(rest):
            found.append(from_organisation(organisation))
            rest = pattern.sub(" ", rest)
    return rest, tuple(found)
