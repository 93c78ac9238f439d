"""Saved listing pages: a header, then entries of a title line and a one-line abstract, some with authors and a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.readers.entries.collector import Collector, Details, shortened
from index.readers.entries.dates import iso_date
from index.readers.entries.identifiers import identifiers

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = rf"(?P<date>(?:{_MONTHS})[a-z]{{0,6}}\.? \d{{1,2}}(?:, \d{{4}})?)(?: \d+)?"
_DATE_LINE = re.compile(rf"{_DATE}$")
_DATE_BEHIND_DOT = re.compile(rf"(?P<head>.{{0,200}}?)\s*·\s*(?P<rest>{_DATE})$")
_AUTHORS = re.compile(r"[•*·-]?\s*(?P<count>\d{1,6}) authors?$", re.IGNORECASE)
_ARXIV_LINK = re.compile(r"/(?:abs|pdf|html|papers)/(\d{4}\.\d{4,5})(?:v\d+)?(?:[/?#.]|$)")
_DOT = "·"
_LONG = 200
_SENTENCES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its number, its text, and the machine-readable date that HTML may give it."""

    number: int
    text: str
    iso: str | None = None


def text_lines(text: str) -> list[Line]:
    """The lines of a page that hold anything."""
    stripped = ((number, line.strip()) for number, line in enumerate(text.split("\n"), start=1))
    return [Line(number, line) for number, line in stripped if line]


def is_listing(lines: Sequence[Line]) -> bool:
    """Whether lines are a saved listing: the date of the page or of entries, beside a title above an abstract.

    Without any date, five entries that follow each other without a gap show it: prose under headings does not.
    """
    parts = _split(lines)
    first = _body(parts)
    opening = [place for place in range(first, len(parts)) if _opens(parts, place)]
    dated = any(
        _DATE_LINE.match(line.text) and (parts[place - 1].text == _DOT or place < first)
        for place, line in enumerate(parts)
    )
    words = sum(parts[place].text.count(" ") + 1 for place in opening)
    regular = len(opening) >= 5 and len(opening) * 2 >= 0.9 * (len(parts) - first) and words >= 4 * len(opening)
    marked_up = any(parts[place].text.startswith("#") for place in opening)
    return bool(opening) and (dated or (regular and not marked_up))


def read_listing_text(text: str, into: Collector) -> None:
    """Read a listing page that was saved as text."""
    read_listing(text_lines(text), into)


def read_listing(lines: Sequence[Line], into: Collector) -> None:
    """Read the entries of a saved listing page."""
    parts = _split(lines)
    place, loose = _body(parts), list[Line]()
    least = 5  # words that make a title of a line; above the first entry there may be more of the header
    while place < len(parts):
        if _opens(parts, place):
            _report_loose(loose, least, into, at_end=False)
            least = 3
            title, abstract = parts[place : place + 2]
            details, place = _details(parts, place + 2)
            into.add(title.number, title.text, abstract.text, **details)
        elif _abstractlike(parts, place) and not _titlelike(parts[place]):
            line = parts[place]
            into.reject(line.number, f"an abstract without a title above it: {shortened(line.text)}")
            place = _details(parts, place + 1)[1]
        else:
            loose.append(parts[place])
            place += 1
    _report_loose(loose, least, into, at_end=True)


def read_section(number: int, title: str, lines: Sequence[Line], into: Collector, link: str = "") -> None:
    """Read one entry whose bounds are known, as HTML marks them; one without any abstract or date is no entry.

    link: where the title leads; it may name the paper.
    """
    parts = _split([Line(number, title), *lines] if title else lines)
    place = next((place for place in range(1, len(parts)) if _abstractlike(parts, place)), None)
    if place is None:
        if any(_is_detail(parts, place) for place in range(len(parts))):
            into.reject(number, f"no abstract: {shortened(parts[0].text)}")
        return
    end = place
    while _abstractlike(parts, end):
        end += 1
    details, place_behind = _details(parts, end)
    while place_behind < len(parts):  # a counter, a button's label
        more, place_behind = _details(parts, place_behind + 1)
        details = Details(**{**more, **details})
    details["identifiers"] = identifiers(arxiv_text=_linked_arxiv(link), links=(link,))
    details["links"] = (link,) if link.startswith(("http://", "https://")) else ()
    heading = title or parts[place - 1].text
    into.add(number, heading, "\n\n".join(part.text for part in parts[place:end]), **details)


def _linked_arxiv(link: str) -> str | None:
    found = _ARXIV_LINK.search(link)
    return found.group(1) if found else None


def _split(lines: Sequence[Line]) -> list[Line]:
    """One thing a line: HTML may put the organisation, the dot and the date on one."""
    parts: list[Line] = []
    for line in lines:
        found = _DATE_BEHIND_DOT.match(line.text) if len(line.text) < 240 else None
        texts = (found["head"], _DOT, found["rest"]) if found else (line.text,)
        parts += (replace(line, text=text.strip()) for text in texts if text.strip())
    return parts


def _body(parts: Sequence[Line]) -> int:
    """Where the header ends: behind the page's date, or else at the line above the first long abstract."""
    long = next((place for place, line in enumerate(parts) if len(line.text) >= _SENTENCES), len(parts))
    for place in range(long - 1, -1, -1):
        if _DATE_LINE.match(parts[place].text) and (place == 0 or parts[place - 1].text != _DOT):
            return place + 1
    opening = (place for place in range(len(parts) - 1) if len(parts[place + 1].text) >= _SENTENCES)
    return next((place for place in opening if _opens(parts, place)), len(parts))


def _abstractlike(parts: Sequence[Line], place: int) -> bool:
    """Long, or at least a whole sentence."""
    if place >= len(parts):
        return False
    text = parts[place].text
    words = text.count(" ") + 1
    return words >= 6 and (len(text) >= _LONG or (len(text) >= 40 and text.endswith((".", "…"))))


def _titlelike(line: Line) -> bool:
    return len(line.text) < (150 if line.text.endswith((".", ";")) else 400)


def _opens(parts: Sequence[Line], place: int) -> bool:
    """Whether an entry begins here: a title, and below it an abstract that is not itself the title of the next."""
    if not _titlelike(parts[place]) or _is_detail(parts, place) or not _abstractlike(parts, place + 1):
        return False
    return not (_titlelike(parts[place + 1]) and _abstractlike(parts, place + 2))


def _is_detail(parts: Sequence[Line], place: int) -> bool:
    text = parts[place].text
    dated = place > 0 and parts[place - 1].text == _DOT and _DATE_LINE.match(text)
    return text == _DOT or bool(dated or _AUTHORS.match(text))


def _details(parts: Sequence[Line], place: int) -> tuple[Details, int]:
    """The lines below an abstract that tell of authors, organisation and date, and where they end."""
    details = Details()
    while place < len(parts):
        text = parts[place].text
        authors, date = _AUTHORS.match(text), _DATE_LINE.match(text)
        if authors:
            details["authors_count"] = int(authors["count"])
        elif date and parts[place - 1].text == _DOT:
            details["published_text"] = date["date"]  # the count behind it is of votes or comments
            details["published"] = iso_date(date["date"]) or iso_date(parts[place].iso)
        elif text != _DOT and place + 1 < len(parts) and parts[place + 1].text == _DOT:
            details["organisation"] = _organisation(text)
        elif text != _DOT:
            break
        place += 1
    return details, place


def _organisation(text: str) -> str:
    """``google Google`` is an account's handle and its name; the name stays."""
    handle, _, name = text.partition(" ")
    letters = re.sub(r"\W|_", "", handle).casefold()
    same = re.sub(r"\W|_", "", name).casefold().startswith(letters)
    return name if name and (same or (handle.islower() and name[0].isupper())) else text


def _report_loose(loose: list[Line], least: int, into: Collector, at_end: bool) -> None:
    """Titles that have lost their abstract. Single words, and several lines at the end of a page, are boilerplate."""
    titles = [line for line in loose if line.text.count(" ") + 1 >= least and not _is_detail([line], 0)]
    if not (at_end and len(loose) > 1 and not any(_is_detail(loose, place) for place in range(len(loose)))):
        for line in titles:
            into.reject(line.number, f"no abstract: {shortened(line.text)}")
    loose.clear()
