"""Dates as sources write them, into the part of an ISO date that they state. No year is ever made up."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

# full names and short ones: English, German, French, Spanish, Italian, Portuguese, Dutch
_MONTHS = (
    "january januar janvier enero gennaio janeiro januari jänner jan janv ene gen",
    "february februar février febrero febbraio fevereiro februari feb févr fév fev",
    "march märz mars marzo março maart mar mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio maio mei mag",
    "june juni juin junio giugno junho jun giu",
    "july juli juillet julio luglio julho jul juil lug",
    "august août agosto augustus aug aou ago",
    "september septembre septiembre setiembre settembre setembro sept sep set",
    "october oktober octobre octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december dezember décembre diciembre dicembre dezembro dec dez déc dic",
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = rf"(?P<month>{'|'.join(sorted(_NUMBER_OF, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.ºª])?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<number>\d\d?)(?:[-/.](?P<day>\d\d?))?(?:[T\s/].*)?$",
        rf"{_YEAR}(?P<number>\d\d)(?P<day>\d\d)$",
        rf"{_YEAR}(?:[\s/-]+{_MONTH}(?:[\s/-]+{_DAY})?)?[\s/]*$",
        rf"{_MONTH}(?:\s+{_DAY})?,?\s+(?:de\s+)?{_YEAR}$",
        rf"(?:\w+,\s+)?{_DAY}[\s-]+(?:de\s+)?{_MONTH},?[\s-]+(?:de\s+)?{_YEAR}(?:\s.*)?$",
        rf"(?P<first>\d\d?)(?P<sign>[./-])(?P<second>\d\d?)(?P=sign){_YEAR}(?:\s.*)?$",
        rf"(?P<number>\d\d?)[./-]{_YEAR}$",
        rf"{_YEAR}\s?[年년]\s?(?P<number>\d\d?)\s?[月월](?:\s?(?P<day>\d\d?)\s?[日일])?",
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
    number, day = int(parts.get("number") or 0), int(parts.get("day") or 0)
    if parts.get("month"):
        number = _NUMBER_OF[str(parts["month"]).lower()]
    if parts.get("first"):
        day, number = _day_and_month(int(parts["first"] or 0), int(parts["second"] or 0), str(parts["sign"]))
    if not 1 <= number <= 12:
        return year
    try:
        return datetime.date(int(year), number, day).isoformat()
    except ValueError:
        return f"{year}-{number:02d}"


def _day_and_month(first: int, second: int, sign: str) -> tuple[int, int]:
    """``15.03.2020`` has the day first; of ``3/15/2020`` one can be the month, of ``03/04/2020`` either: neither."""
    if sign == "." or first > 12 or first == second:
        return first, second
    return (second, first) if second > 12 else (0, 0)


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
