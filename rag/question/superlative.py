"""The oldest paper, the newest three, the one with the most authors: papers put in order by their metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.schema import Paper

_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_COUNT = rf"(?:(?:\d{{1,2}}|{'|'.join(_NUMBERS)})\s+)?"
_PAPER = (
    r"(?:papers?|works?|stud(?:y|ies)|articles?|publications?|preprints?|entry|entries|titles?|things?|ones?|items?"
    r"|additions?)"
)
_DATED = r"(?:oldest|earliest|newest|latest|most recent|youngest)"
_DATE = re.compile(
    rf"\b{_COUNT}{_DATED}\s+{_COUNT}(?=(?:[\w-]+\s+)?{_PAPER}\b)|(?<=\bis)\s+(?:the\s+)?{_DATED}\b(?=\W*$)"
    rf"|\b(?:first|last)\s+{_COUNT}(?={_PAPER}(?:\W*$|\s+(?:of|in|from|by|here|you|published|posted)\b))"
    r"|\b(?:published|appeared|came out|written) (?:most recently|earliest|latest|first|last)\b"
    r"|\b(?:which|what)(?: one| paper| of (?:the two|them|these|those|both))?,? (?:is|was|came(?: out)?|appeared)"
    r"(?: the)? (?:older|newer|more recent|earlier|later|first|last)(?: (?:one|paper))?\b",
    re.IGNORECASE,
)
_AUTHORS = re.compile(
    r"\b(?:the\s+)?(?:most|fewest|least|(?:largest|highest|biggest|smallest|lowest)\s+number\s+of)\s+(?:co-?)?(?:authors|people|writers)\b"
    r"|\b(?:the\s+)?(?:longest|shortest|largest|biggest|smallest)\s+(?:author list|list of authors|team|group)"
    r"(?: of authors)?\b",
    re.IGNORECASE,
)
_LOW = re.compile(r"\b(?:oldest|older|earliest|earlier|first|fewest|least|smallest|lowest|shortest)\b", re.IGNORECASE)
Order = Literal["year", "number of authors"]


@dataclass(frozen=True, slots=True)
class Superlative:
    """An order of papers and how many of its first are wanted. text: the words that ask for it."""

    text: str
    by: Order
    lowest: bool
    wanted: int

    @property
    def told(self) -> str:
        """The order in words, as an answer begins."""
        by_year = ("Newest", "Oldest")[self.lowest]
        found = by_year if self.by == "year" else ("Most authors", "Fewest authors")[self.lowest]
        return f"{found} {self.wanted}" if self.wanted > 1 else found

    def pick(self, papers: Sequence[Paper]) -> tuple[tuple[Paper, ...], int]:
        """The first of the order, with those that tie with the last of them, and how many papers do not say."""
        known = [(value, paper) for paper in papers if (value := self._value(paper)) is not None]
        ranked = sorted(known, key=lambda one: one[0], reverse=not self.lowest)
        values = {value for value, _ in ranked[: self.wanted]}
        return tuple(paper for value, paper in ranked if value in values), len(papers) - len(known)

    def _value(self, paper: Paper) -> str | int | None:
        if self.by == "year":
            return paper.published or None
        return paper.authors_count or len(paper.authors) or None


def read_superlative(question: str) -> Superlative | None:
    """The order that a question asks for, if it does."""
    found = _DATE.search(question) or _AUTHORS.search(question)
    if found is None:
        return None
    count = next((number for word in found[0].split() if (number := _number(word))), 1)
    by: Order = "number of authors" if _AUTHORS.fullmatch(found[0]) else "year"
    return Superlative(found[0].strip(), by, _LOW.search(found[0]) is not None, count)


def _number(word: str) -> int:
    word = word.casefold()
    return int(word) if word.isdigit() else _NUMBERS.index(word) + 1 if word in _NUMBERS else 0
