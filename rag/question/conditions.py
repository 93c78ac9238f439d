"""Conditions on a paper's record: who wrote it, how many authors it has, when it appeared, where it comes from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.schema import Paper
from rag.question.dates import Span
from rag.text.words import words

_COUNT = r"(more than|over|at least|fewer than|less than|under|at most|exactly|only|just)?\s*"
_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_AUTHORS = re.compile(
    rf"\b{_COUNT}(\d+|a|{'|'.join(_SMALL)}|twenty)\s+(?:or more\s+|single\s+)?(?:co-?)?authors?\b"
    rf"|\b(?:by|of|with) {_COUNT}(\d+|a|{'|'.join(_SMALL)}|twenty)\s+(?:or more\s+|single\s+)?"
    r"(?:people|persons?|researchers?|writers?)\b(?: alone)?|\b(?:single|sole|solo)[- ]author(?:ed)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the metadata: in words, and as a test that says None where the metadata do not tell."""

    text: str
    holds: Callable[[Paper], bool | None]


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


def dated(span: Span) -> Condition:
    """That a paper appeared in a span of days."""
    return Condition(span.text, lambda paper: span.holds(paper.published))


def from_organisation(name: str) -> Condition:
    """That a paper comes from an organisation."""
    return Condition(name, lambda paper: paper.organisation is not None and name in paper.organisation.casefold())


def counted(question: str) -> tuple[str, Condition] | None:
    """The question without the number of authors that it asks for, and that condition; None where it asks for none."""
    match = _AUTHORS.search(question)
    if match is None:
        return None
    word = (match[2] or match[4] or "one").casefold()
    number = int(word) if word.isdigit() else 20 if word == "twenty" else 1 if word == "a" else _SMALL.index(word)
    said = (match[1] or match[3] or ("at least" if "or more" in match[0] else "exactly")).casefold()
    said = "exactly" if said in ("only", "just") else said

    def holds(paper: Paper) -> bool | None:
        count = paper.authors_count or len(paper.authors)
        if not count:
            return None
        if said in ("more than", "over"):
            return count > number
        if said in ("fewer than", "less than", "under"):
            return count < number
        return count >= number if said == "at least" else count <= number if said == "at most" else count == number

    rest = f"{question[: match.start()]} {question[match.end() :]}"
    return rest, Condition(f"{said} {number} author{'s' * (number != 1)}", holds)
