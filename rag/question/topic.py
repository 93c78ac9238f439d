"""What qualifies a paper for a list: names to be found, words of a topic, and conditions on the record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.schema import Paper
from rag.question.dates import Span
from rag.question.library import Library
from rag.text.words import content, names, words

_FRAME = """
mention mentions mentioned report reports reported reporting discuss discusses discussed deal deals dealing concern
concerns cover covers covered covering treat treats address addresses addressed addressing involve involves involving
apply applies applied work works working come appear appears include includes contain contains list name show find
give gives provide provides result results score scores test beds bed testbed everything collection corpus index here
topic topics related relate focus focuses focused focusing study studies studied propose proposes proposed introduce
introduces introduced present presents presented evaluate evaluates evaluated report total number count published
written released available entire whole database set lists total listed containing mentioning field area kind type
different use uses used using rely relies based build builds built field literature tackle tackles look looks
investigate investigates examine examines entries document documents abstracts surveys titles preprints publications
"""
FRAME = frozenset(_FRAME.split())
_LINKS = re.compile(r"\b(?:or|and/or)\b|[/,;]", re.IGNORECASE)
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


def read_topic(asked: Library, rest: str, organisations: frozenset[str]) -> Topic:
    """What a question about several papers asks for; ``rest``: its topic, set right; ``organisations``: those known."""
    rest, found = _conditions(rest, organisations)
    conditions = list(found)
    if asked.span:
        conditions.insert(0, _dated(asked.span))
    for name in asked.authors:
        known = " ".join(words(name)) in organisations
        conditions.insert(0, _organisation(name.casefold()) if known else written_by(name))
    named = tuple(dict.fromkeys(tuple(words(name)) for name in sorted(names(rest))))
    parts = [{s: w for s, w in content(part).items() if w not in FRAME} for part in _LINKS.split(rest)]
    alternatives = tuple(part for part in parts if part)
    text = " or ".join(" ".join(part.values()) for part in alternatives)
    return Topic(text, named, alternatives, tuple(conditions))


def written_by(name: str) -> Condition:
    """That a paper lists an author: all words of the name, an initial for any name that begins with it."""
    wanted = _folded(name)

    def holds(paper: Paper) -> bool | None:
        if not paper.authors:
            return None
        return any(_called(wanted, _folded(author)) for author in paper.authors)

    return Condition(f"by {name}", holds)


def _called(wanted: Sequence[str], listed: Sequence[str]) -> bool:
    return all(any(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for b in listed) for a in wanted) and any(
        len(a) > 1 and a in listed for a in wanted
    )


def _folded(name: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", name)
    return words("".join(character for character in bare if not unicodedata.combining(character)))


def _dated(span: Span) -> Condition:
    return Condition(span.text, lambda paper: span.holds(paper.published))


def _conditions(question: str, organisations: frozenset[str]) -> tuple[str, tuple[Condition, ...]]:
    found: list[Condition] = []
    rest = question
    match = _AUTHORS.search(rest)
    if match:
        found.append(_authors(match))
        rest = rest[: match.start()] + " " + rest[match.end() :]
    for organisation in organisations:
        pattern = re.compile(rf"\b(?:by|from|of|at)\s+{re.escape(organisation)}\b", re.IGNORECASE)
        if pattern.search(rest):
            found.append(_organisation(organisation))
            rest = pattern.sub(" ", rest)
    return rest, tuple(found)


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
