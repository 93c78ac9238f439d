"""Dates as people ask for them ("May 2024", "since 2022", "between July and September 2023", "last year") as spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_POINT = rf"(?:{_YEAR}-\d\d(?:-\d\d)?|(?:the end of )?(?:{_MONTH},? (?:of )?)?{_YEAR})(?![\w-]\w)"
_PART = (
    r"(?:the )?(first|second|last|1st|2nd|3rd|4th|third|fourth|[qh][1-4]|early|late|spring|summer|autumn|fall)"
    rf" ?(half|quarter)?,? (?:of |in )?({_YEAR})"
)
_SEASONS = {"spring": ("03", "05"), "summer": ("06", "08"), "autumn": ("09", "11"), "fall": ("09", "11")}
_SEASONS |= {"early": ("01", "04"), "late": ("09", "12")}
_PARTS = re.compile(rf"\b(?:in |from |of |during )?{_PART}\b", re.IGNORECASE)
OF_DATES = re.compile(
    rf"\b(?:i\.e\.|until|till|up to|end|start|beginning|months?|years?|dates?|dated|{_MONTH})(?!\w)", re.IGNORECASE
)
_BOUND = rf"(?:{_POINT}|{_MONTH})"
_START = r"(?:\b(?:published|posted|written|dated|released|appeared|that appeared|that came out|came out)\s+)?"
_RELATIVE = re.compile(
    r"\b(?:in |from |of |during )?(?:the )?(last|past|this) (?:(\d+|two|three|five|ten) )?years?\b", re.I
)
_WORDS = {"two": 2, "three": 3, "five": 5, "ten": 10}
_BEGINNING, _END = "0000-00-00", "9999-99-99"

# what is said, and which end of the span each bound sets: (pattern, from the first, until the last)
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(_START + pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (rf"\b(?:between|from)\s+({_BOUND})\s*(?:and|to|until|-|–)\s*({_POINT})", "between"),
        (rf"\b({_BOUND})\s*(?:–|to|until)\s*({_POINT})", "between"),
        (rf"\b(?:years? )?({_YEAR})\s*(?:and|or|/)\s*({_YEAR})\b", "between"),
        (rf"\b(?:no later than|not after|at the latest)\s+({_POINT})", "until"),
        (rf"\b(?:no earlier than|not before)\s+({_POINT})", "since"),
        (rf"\b(?:in |from |of )?({_POINT})\s+(?:or|and) (?:earlier|before|older)", "until"),
        (rf"\b({_YEAR})\s*-\s*({_YEAR})\b", "between"),
        (rf"\b(?:since|starting (?:in|from)|as of)\s+({_POINT})", "since"),
        (rf"\b(?:from|in|of)\s+({_POINT})\s+(?:on|onwards?|or later|and later)\b", "since"),
        (rf"\b(?:after|later than|newer than|more recent than)\s+({_POINT})", "after"),
        (rf"\b(?:before|prior to|earlier than|older than)\s+({_POINT})", "before"),
        (rf"\b(?:until|till|up to|by)\s+({_POINT})", "until"),
        (rf"(?:\b(?:in|of|from|during|for|dated|year|on)\s+|\b)({_POINT})", "in"),
    )
)


@dataclass(frozen=True, slots=True)
class Span:
    """A span of days, both ends included, as ISO dates. said: the words that ask for it; text: as shown."""

    said: str
    text: str
    first: str
    last: str

    def holds(self, published: str | None) -> bool | None:
        """Whether a date, or its known part, lies in the span; None where the known part does not tell."""
        if not published:
            return None
        low, high = _ends(published)
        if self.first <= low and high <= self.last:
            return True
        return None if low <= self.last and self.first <= high else False


def read_span(text: str, today: date | None = None) -> Span | None:
    """The first span of dates that a text asks for, if it does."""
    relative = _RELATIVE.search(text)
    if relative:
        return _relative(relative, (today or date.today()).year)
    part = _PARTS.search(text)
    if part and (part[2] or part[1][0] in "qQhH" or part[1].casefold() in _SEASONS):
        return _partial(part)
    for pattern, kind in _FORMS:
        found = pattern.search(text)
        if found:
            return _span(found, kind)
    return None


def _partial(found: re.Match[str]) -> Span:
    """A half, a quarter or a season of a year; "early" and "late" are a third of it."""
    if part := _SEASONS.get(found[1].casefold()):
        return Span(found[0], found[0].strip(), f"{found[3]}-{part[0]}-01", f"{found[3]}-{part[1]}-31")
    months = 6 if (found[2] or found[1]).casefold().startswith("h") else 3
    at = {"f": 1, "s": 2, "t": 3, "l": 12 // months}.get(found[1][0].casefold(), 4)
    number = next((int(sign) for sign in found[1] if sign.isdigit()), 4 if found[1].casefold() == "fourth" else at)
    last = number * months
    return Span(found[0], found[0].strip(), f"{found[3]}-{last - months + 1:02d}-01", f"{found[3]}-{last:02d}-31")


def _span(found: re.Match[str], kind: str) -> Span:
    points = [point for point in found.groups() if point]
    first, last = _ends(_iso(points[0], points[-1])), _ends(_iso(points[-1], points[-1]))
    starts = {"between": first[0], "in": first[0], "since": first[0], "after": first[1] + "x"}
    ends = {"between": last[1], "in": last[1], "before": first[0][:-1], "until": last[1]}
    said = found[0].strip()
    return Span(said, said, starts.get(kind, _BEGINNING), ends.get(kind, _END))


def _relative(found: re.Match[str], year: int) -> Span:
    many = _WORDS.get(found[2] or "", 0) or int(found[2] or 0)
    first = year if found[1].casefold() == "this" else year - (many or 1)
    last = year if many or found[1].casefold() == "this" else year - 1
    spoken = f"{found[0].strip()}, {first}" + (f" to {last}" if last != first else "")
    return Span(found[0], spoken, _ends(str(first))[0], _ends(str(last))[1])


def _iso(point: str, other: str) -> str:
    """A date as spoken, in ISO's order; a month without a year is of the year of the other bound."""
    spoken = point.casefold()
    if re.match(rf"{_YEAR}-", spoken):
        return spoken
    year = re.search(_YEAR, spoken) or re.search(_YEAR, other)
    month = re.search(_MONTH, spoken)
    assert year is not None
    return f"{year[0]}-{_NAMES.index(month[0][:3]) + 1:02d}" if month else year[0]


def _ends(known: str) -> tuple[str, str]:
    """The first and the last day that a date, known to the year, month or day, may mean."""
    return known + "-01-01"[len(known) - 4 :] if len(known) < 10 else known, known + "-12-31"[len(known) - 4 :]
