"""Dates as sources write them, into the part of an ISO date that they state. No year is ever made up."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<number>\d\d?)(?:[-/.](?P<day>\d\d?))?(?:[T\s/].*)?$",
        rf"{_YEAR}(?P<number>\d\d)(?P<day>\d\d)$",
        rf"{_YEAR}(?:[\s/-]+{_MONTH}(?:[\s/-]+{_DAY})?)?[\s/]*$",
        rf"{_MONTH}(?:\s+{_DAY})?,?\s+{_YEAR}$",
        rf"(?:\w+,\s+)?{_DAY}[\s-]+{_MONTH},?[\s-]+{_YEAR}(?:\s.*)?$",
        rf"(?:.*\D)?{_YEAR}(?:\D.*)?$",
    )
)
_MONTH_DAY = re.compile(rf"{_MONTH}(?:[\s~]+{_DAY})?$", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"{_DAY}[\s~]+{_MONTH}$", re.IGNORECASE)


def iso_date(text: str | None) -> str | None:
    """``2024``, ``2024-03`` or ``2024-03-18``: as much as the text says; None without a year."""
    stripped = (text or "").strip()[:60]
    for form in _FORMS:
        found = form.match(stripped)
        if found:
            return _joined(found.groupdict())
    return None


def _joined(parts: dict[str, str | None]) -> str:
    year = str(parts["year"])
    number = int(parts.get("number") or 0)
    if parts.get("month"):
        number = _MONTHS.index(str(parts["month"])[:3].lower()) + 1
    if not 1 <= number <= 12:
        return year
    try:
        return datetime.date(int(year), number, int(parts.get("day") or 0)).isoformat()
    except ValueError:
        return f"{year}-{number:02d}"


def best_date(
    dates: Sequence[str], years: Sequence[str], month: str = "", day: str = ""
) -> tuple[str | None, str | None]:
    """The date that several fields give together, as ISO and as written.

    A field for the year decides, and a fuller date counts where it is of that year; a date without a year ("SEP",
    "SEP 12") joins it. What holds no year at all stays as text.
    """
    year = next((iso[:4] for iso in map(iso_date, years) if iso), "")
    whole = [text for text in dates if (iso := iso_date(text)) and (not year or iso.startswith(year))]
    if year:
        whole += [f"{text} {year}" for text in (f"{month} {day}".strip(), month, *dates) if _MONTH_DAY.match(text)]
        whole += [f"{text} {year}" for text in (month, *dates) if _DAY_MONTH.match(text)]
        if re.fullmatch(r"[0-9]{1,2}", month):
            whole.append("-".join(filter(None, (year, month.zfill(2), day.zfill(2) if day else ""))))
        whole += [text for text in years if iso_date(text)]
    best = max(whole, key=lambda text: len(iso_date(text) or ""), default=None)
    return iso_date(best), best or next((text for text in dates if text.strip()), None)
