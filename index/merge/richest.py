"""The richest account of one paper out of several: each field by a rule that no order of the entries can change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from index.readers.entries.entry import Entry
from index.schema import Identifiers, Paper, Source


def richest(entries: Sequence[Entry], paper_id: str = "") -> Paper:
    """One paper that says all that its entries say.

    The abstract is the longest that is not cut. Where entries disagree on another field, the most frequent
    value stays, then the fuller one, then the first in alphabetical order; a date comes with its own text.
    The sources are the entries' own, and the pages that their records name (position 0: not known there).
    """
    published, published_text = _date(entries)
    authors = max((entry.authors for entry in entries), key=lambda names: (len(names), names))
    counts = [entry.authors_count for entry in entries if entry.authors_count]
    sources = {entry.source for entry in entries} | {Source(page, 0) for entry in entries for page in entry.pages}
    return Paper(
        paper_id=paper_id,
        title=_usual((entry.title for entry in entries), _well_cased) or "",
        abstract=max((entry.abstract for entry in entries), key=_fullness),
        authors=authors,
        authors_count=max([*counts, len(authors)]) or None,
        organisation=_usual(entry.organisation for entry in entries),
        published=published,
        published_text=published_text,
        venue=_usual(entry.venue for entry in entries),
        identifiers=Identifiers(
            # a publisher's DOI says more than the one that arXiv gives to each preprint
            _usual((entry.identifiers.doi for entry in entries), lambda name: not name.startswith("10.48550/")),
            _usual(entry.identifiers.arxiv for entry in entries),
            _usual(entry.identifiers.pmid for entry in entries),
        ),
        links=tuple(sorted({link for entry in entries for link in entry.links})),
        sources=tuple(sorted(sources, key=lambda source: (source.file, source.position))),
        keys=tuple(sorted({key for entry in entries for key in (*entry.keys, entry.entry_id or "") if key})),
        kind=_usual(entry.kind for entry in entries),
        keywords=max((entry.keywords for entry in entries), key=lambda words: (len(words), words)),
        retraction=_usual(entry.retraction for entry in entries),
        extra=_extra(entries),
    )


def _extra(entries: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    names = sorted({name for entry in entries for name, _ in entry.extra})
    found = ((name, _usual(dict(entry.extra).get(name) for entry in entries)) for name in names)
    return tuple((name, value) for name, value in found if value)


def _fullness(abstract: str) -> tuple[bool, int, str]:
    return (not abstract.rstrip().endswith(("...", "…")), len(abstract), abstract)


def _well_cased(title: str) -> bool:
    return title not in (title.upper(), title.lower())


def _usual(values: Iterable[str | None], better: Callable[[str], bool] = bool) -> str | None:
    """The better kind of value, then the most frequent, the longest, the first in alphabetical order."""
    counted = Counter(value for value in values if value)
    ranked = sorted(counted, key=lambda value: (not better(value), -counted[value], -len(value), value))
    return ranked[0] if ranked else None


def _date(entries: Sequence[Entry]) -> tuple[str | None, str | None]:
    """The fullest date and the text it was read from; a text without a year only where no entry has one."""
    pairs = Counter((entry.published, entry.published_text) for entry in entries)
    ranked = sorted(
        pairs, key=lambda pair: (-len(pair[0] or ""), pair[1] is None, -pairs[pair], pair[0] or "", pair[1] or "")
    )
    return ranked[0]
