"""Records of named fields, as JSON, tables, BibTeX and tagged files carry them, into entries."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from index.readers.entries import identifiers as ids
from index.readers.entries.absent import absent
from index.readers.entries.collector import Collector, Details
from index.readers.entries.dates import best_date, iso_date
from index.readers.entries.field_names import EXTRA, NAMES, RECORD
from index.readers.entries.markup import unmarked
from index.readers.entries.names import names, written_list
from index.readers.entries.retraction import notice_of, retraction

T = TypeVar("T")
_KNOWN = frozenset(name for names_ in NAMES.values() for name in names_)
# Zotero keeps on lines of its field "Extra" what it has no field for
_STATED = re.compile(r"^(DOI|PMID|arXiv)\s*:\s*(\S+)(?: \[[\w.-]+\])?$", re.MULTILINE)
_ISSN = re.compile(r"(?<![\d-])\d{4}[-‐–]?\d{3}[\dXx](?![\d-])")
_ISBN = re.compile(r"(?<![\d-])(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\d-])")
_SERIALS = {"issn": _ISSN, "isbn": _ISBN}
_MOST_FIELDS = 10_000
_OPEN_ALEX = re.compile(r"^https?://(?:api\.)?openalex\.org/")


def _spread(record: Mapping[str, object]) -> dict[str, object]:
    """A record with what its objects hold: a ``journal`` with a ``title`` is a ``journaltitle`` as well.

    Of ``titles`` with a ``title`` each the first one counts, of ``descriptions`` the one that is an abstract;
    identifiers with a ``type`` are as many fields.
    """
    flat: dict[str, object] = {}
    for key, value in record.items():
        held = value if isinstance(value, list) else [value]
        objects = [one for one in held[:50] if isinstance(one, Mapping)]
        if len(held) == 1 and objects:
            flat |= {f"{key}{inner}": one for inner, one in objects[0].items()}
        name = str(key).removesuffix("s")
        if named := [one for one in objects if name in one and isinstance(value, list)]:
            abstracts = (one for one in named if str(one.get(f"{name}Type", "")).lower() == "abstract")
            flat[name] = next(abstracts, named[0])[name]
        if name.lower() == "identifier":
            flat |= {str(one["type"]): one["id"] for one in objects if "type" in one and "id" in one}
    return flat | dict(record)


@functools.lru_cache(4096)
def field_name(key: str, whole: bool = False) -> str:
    """A name as NAMES spells it; without ``whole`` one that is not known goes without what it calls a record."""
    name = re.sub(r"[\W_]", "", key[:200]).lower()
    return name if whole or name in _KNOWN else RECORD.sub("", name)


class Fields:
    """A record as candidates: for each field of NAMES the values that may be it, the best first."""

    def __init__(self, candidates: Mapping[str, Sequence[object]]) -> None:
        self._candidates = candidates

    @classmethod
    def named(cls, record: Mapping[str, object]) -> Fields:
        """A record whose keys are spelt in any of the known ways."""
        known: dict[str, object] = {}
        record = _spread(dict(islice(record.items(), _MOST_FIELDS)))
        for whole in (True, False):  # "Title" goes before "Item Title"
            for key, value in record.items():
                known.setdefault(field_name(str(key), whole), value)
        return cls({field: [known[name] for name in names if name in known] for field, names in NAMES.items()})

    def values(self, field: str) -> Iterator[object]:
        """The candidates that say anything."""
        for value in self._candidates.get(field, ()):
            if isinstance(value, str):
                # "No Abstract" may be a title
                if value and not (absent(value) and (field != "title" or "title" in value.lower())):
                    yield value
            elif value is not None and value not in ([], (), {}):
                yield value

    def first(self, field: str, read: Callable[[object], T | None]) -> T | None:
        """The first value that can be read."""
        return next((found for value in self.values(field) if (found := read(value))), None)

    def text(self, field: str) -> str:
        """The first plain value; "" where there is none."""
        return self.first(field, plain) or ""

    def texts(self, field: str) -> tuple[str, ...]:
        """The plain values of the first list, or the single one."""
        return self.first(field, listed) or ()


def add_record(fields: Mapping[str, object], line: int | None, into: Collector) -> None:
    """Take a record whose keys are spelt in any of the known ways."""
    add(Fields.named(fields), line, into)


def add(known: Fields, line: int | None, into: Collector) -> None:
    """Take a record of which each field's candidates are known."""
    title, abstract = _main(known, "title"), _main(known, "abstract")
    texts = [value if isinstance(value, str) else "" for value in (title, abstract)]
    into.add(line, title, abstract, **_details(known, *texts))


def _main(known: Fields, field: str) -> object:
    """The title or the abstract: the first text, else whatever stands there, so that it is told what is wrong."""
    text = known.first(field, lambda value: value if isinstance(value, str) and value.strip() else None)
    return unmarked(text) if text is not None else next(known.values(field), None)


def _details(known: Fields, title: str, abstract: str) -> Details:
    links = tuple(
        text for value in known.values("links") for text in listed(value) if text.startswith(("http://", "https://"))
    )
    authors = known.first("authors", names) or ()
    published, published_text = best_date(
        list(filter(None, map(plain, known.values("date")))),
        list(filter(None, map(plain, known.values("year")))),
        known.text("month"),
        known.text("day"),
    )
    stated = known.text("published_text")
    kind, keywords = known.text("kind"), _keywords(known)
    noted = "\n".join(filter(None, map(plain, known.values("note"))))
    notes, stated_ids = " ".join(noted.split("\n")), dict(_STATED.findall(noted))
    flag = known.first("retracted", lambda value: value if isinstance(value, bool | str | int) else None)
    number = _OPEN_ALEX.sub("", known.text("id"))
    return Details(
        entry_id=number or None,
        authors=authors,
        authors_count=known.first("authors_count", _count) or len(authors) or None,
        organisation=known.text("organisation") or None,
        published=published or iso_date(stated),
        published_text=stated or published_text,
        venue=unmarked(known.text("venue")) or None,
        identifiers=ids.identifiers(
            known.first("doi", lambda value: ids.doi(plain(value))) or stated_ids.get("DOI"),
            known.first("arxiv", lambda value: ids.arxiv(plain(value))) or stated_ids.get("arXiv"),
            known.first("pmid", lambda value: ids.pmid(plain(value))) or stated_ids.get("PMID"),
            links,
        ),
        links=tuple(dict.fromkeys(links)),
        pages=known.first("pages", lambda value: _listing_pages(value)) or (),
        keys=tuple(dict.fromkeys(key for value in known.values("keys") for key in listed(value) if key != number)),
        kind="retraction notice" if notice_of(title, kind) is not None else kind or None,
        keywords=keywords,
        retraction=retraction(title, kind, flag, notes, keywords, abstract),
        extra=tuple(sorted(_extra(known))),
    )


def plain(value: object) -> str | None:
    """A plain value as text; lists of more than one, objects and booleans name nothing."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return plain(value[0]) if isinstance(value, list | tuple) and len(value) == 1 else None


def listed(value: object) -> tuple[str, ...]:
    """The plain values in a list, or the only one."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(text for text in map(plain, values) if text and not absent(text))


def _listing_pages(value: object) -> tuple[str, ...]:
    """Names of files, or of collections: what a record was taken from, where it is a list."""
    pages = listed(value) if isinstance(value, list | tuple) else ()
    return tuple(page for page in pages if "." in page or page.startswith("zotero:"))


def _count(value: object) -> int | None:
    text = plain(value) or ""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _keywords(known: Fields) -> tuple[str, ...]:
    """The keywords of every field that has some; a text may hold many, parted by ``;`` or ``|``, or else by commas."""
    found: list[str] = []
    for value in known.values("keywords"):
        value = (written_list(value.strip()) or value) if isinstance(value, str) else value
        if isinstance(value, list | tuple):
            texts = [part for one in value for text in listed(_word(one)) for part in re.split("[;|]", text)]
        else:
            text = unmarked(plain(value) or "")
            texts = re.split(r"[;|\n]" if re.search(r"[;|\n]", text) else ",", text)
        # MeSH marks what a paper is mainly about by a star
        found += (
            unmarked(" ".join(text.split())).lstrip("*").replace("/*", "/") for text in texts[:500] if text.strip()
        )
    return tuple(dict.fromkeys(found))


def _word(value: object) -> object:
    """A keyword may be an object: Zotero's ``tag``, others' ``name``."""
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in ("tag", "display_name", "name", "label", "term") if value.get(key)), None)


def _numbered(texts: list[str]) -> bool:
    return any(form.search(text) for text in texts for form in _SERIALS.values())


def _extra(known: Fields) -> Iterator[tuple[str, str]]:
    serials = [text for field in ("issn", "isbn") for value in known.values(field) for text in listed(value)]
    for field in EXTRA:
        if field in _SERIALS:  # RIS and EndNote have one field for both
            found = dict.fromkeys(number for text in serials for number in _SERIALS[field].findall(text))
            text = "; ".join(found) or ("" if _numbered(serials) else "; ".join(known.texts(field)))
        else:
            text = "; ".join(known.texts(field))
        if text:
            yield field, text
    first, last = known.text("first_page"), known.text("last_page")
    # "pages" may hold the listing pages that a record was taken from
    ranges = (plain(value) for value in known.values("page_range") if not isinstance(value, list | tuple))
    pages = next(filter(None, ranges), "") or "-".join(filter(None, (first, last if last != first else "")))
    if pages:
        yield "pages", re.sub(r" ?[-‐–—]+ ?", "-", " ".join(pages.split()))
