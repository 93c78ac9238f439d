"""What a corpus question asks for: names to be found, words of a topic, and conditions on the metadata."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.schema import Paper
from rag.question.kind import FRAME_NOUNS
from rag.question.superlative import Superlative, read_superlative
from rag.text.words import content, names, words

_FRAME = """
mention mentions mentioned report reports reported reporting discuss discusses discussed deal deals dealing concern
concerns cover covers covered covering treat treats address addresses addressed addressing involve involves involving
apply applies applied work works working come appear appears include includes contain contains list name show find
give gives provide provides result results score scores test beds bed testbed everything collection corpus index here
topic topics related relate focus focuses focused focusing study studies studied propose proposes proposed introduce
introduces introduced present presents presented evaluate evaluates evaluated report total number count published
written released available entire whole database set lists total listed containing mentioning field area kind type
different use uses used using rely relies based build builds built field literature
"""
FRAME = frozenset(_FRAME.split()) | FRAME_NOUNS
_LINKS = re.compile(r"\b(?:or|and/or)\b|[/,;]", re.IGNORECASE)
_YEAR = re.compile(r"\b(since|after|before|until|in|from|of|during|between)\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_RANGE = re.compile(r"\b((?:19|20)\d\d)\s*(?:-|–|to|and|until)\s*((?:19|20)\d\d)\b")
_AUTHORS = re.compile(
    r"\b(more than|over|at least|fewer than|less than|under|at most|exactly)?\s*(\d+|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|twenty)\s+(?:or more\s+)?(?:co-?)?authors?\b|\b(single|sole)[- ]author",
    re.IGNORECASE,
)
_SMALL_WORDS = "zero one two three four five six seven eight nine ten"
_SMALL = _SMALL_WORDS.split()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the metadata: in words, and as a test that says None where the metadata do not tell."""

    text: str
    holds: Callable[[Paper], bool | None]


@dataclass(frozen=True, slots=True)
class Topic:
    """What qualifies a paper: any of the names as a phrase, or any of the alternatives (stem to word) as a topic."""

    text: str
    names: tuple[tuple[str, ...], ...]
    alternatives: tuple[dict[str, str], ...]
    conditions: tuple[Condition, ...]
    order: Superlative | None = None


def read_topic(question: str, organisations: frozenset[str]) -> Topic:
    """The topic of a corpus question; ``organisations`` are those that the papers list, in lower case."""
    order = read_superlative(question)
    rest, conditions = _conditions(question.replace(order.text, " ") if order else question, organisations)
    named = tuple(dict.fromkeys(tuple(words(name)) for name in sorted(names(rest))))
    parts = [{s: w for s, w in content(part).items() if w not in FRAME} for part in _LINKS.split(rest)]
    alternatives = tuple(part for part in parts if part)
    text = " or ".join(" ".join(part.values()) for part in alternatives)
    return Topic(text, named, alternatives, conditions, order)


def _conditions(question: str, organisations: frozenset[str]) -> tuple[str, tuple[Condition, ...]]:
    found: list[Condition] = []
    rest = question
    for pattern, make in ((_RANGE, _range), (_YEAR, _year), (_AUTHORS, _authors)):
        match = pattern.search(rest)
        if match:
            found.append(make(match))
            rest = rest[: match.start()] + " " + rest[match.end() :]
    for organisation in organisations:
        pattern = re.compile(rf"\b(?:by|from|of|at)\s+{re.escape(organisation)}\b", re.IGNORECASE)
        if pattern.search(rest):
            found.append(_organisation(organisation))
            rest = pattern.sub(" ", rest)
    return rest, tuple(found)


def _range(match: re.Match[str]) -> Condition:
    return _between(f"{match[1]} to {match[2]}", int(match[1]), int(match[2]))


def _year(match: re.Match[str]) -> Condition:
    word, year = match[1].casefold(), int(match[2])
    first, last = {"since": (year, 9999), "after": (year + 1, 9999), "before": (0, year - 1), "until": (0, year)}.get(
        word, (year, year)
    )
    return _between(f"{word} {year}", first, last)


def _between(text: str, first: int, last: int) -> Condition:
    return Condition(text, lambda paper: None if paper.year is None else first <= paper.year <= last)


def _authors(match: re.Match[str]) -> Condition:
    word = (match[2] or "one").casefold()
    number = int(word) if word.isdigit() else 20 if word == "twenty" else _SMALL.index(word)
    said = (match[1] or ("at least" if "or more" in match[0] else "exactly")).casefold()

    def holds(paper: Paper) -> bool | None:
        count = paper.authors_count or len(paper.authors)
        if not count:
            return None
        if said in ("more than", "over"):
            return count > number
        if said in ("fewer than", "less than", "under"):
            return count < number
        return count >= number if said == "at least" else count <= number if said == "at most" else count == number

    return Condition(f"{said} {number} authors", holds)


def _organisation(name: str) -> Condition:
    return Condition(name, lambda paper: paper.organisation is not None and name in paper.organisation.casefold())
