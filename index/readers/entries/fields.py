"""Records of named fields, as JSON Lines, tables, BibTeX and RIS carry them, into entries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.readers.entries.collector import Collector, Details
from index.readers.entries.dates import iso_date
from index.readers.entries.identifiers import identifiers

# each field of an entry, under the names that exports give it; the first that holds something counts
NAMES = {
    "id": ("paperid", "id", "corpusid", "citationkey"),
    "title": ("title", "articletitle", "papertitle", "documenttitle", "primarytitle"),
    "abstract": ("abstract", "summary", "abstractnote", "abstracttext", "notesabstract", "text"),
    "authors": ("authors", "author", "authornames", "authorfullnames", "firstauthors"),
    "authors_count": ("authorscount", "numauthors", "nauthors"),
    "organisation": ("organisation", "organization", "institution", "affiliation"),
    "published": ("published", "publicationdate", "date", "publishdate", "publicationyear", "year"),
    "published_text": ("publishedtext",),
    "venue": (
        "venue",
        "journal",
        "journaltitle",
        "booktitle",
        "sourcetitle",
        "publicationtitle",
        "journalref",
        "journalname",
        "secondarytitle",
    ),
    "doi": ("doi",),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "pmid": ("pmid", "pubmedid"),
    "links": ("links", "urls", "url", "link", "pdfurl"),
    "pages": ("pages",),
    "keys": ("citationkey", "citekey", "bibkey", "accessionnumber", "key"),
}


def add_record(fields: Mapping[str, object], line: int | None, into: Collector) -> None:
    """Take a record whose keys are spelt in any of the known ways."""
    known = {re.sub(r"[\W_]", "", str(key)).lower(): value for key, value in fields.items()}

    def get(field: str) -> object:
        found = (known[name] for name in NAMES[field] if known.get(name) not in (None, "", [], ()))
        return next(found, None)

    links = tuple(text for text in _texts(get("links")) if text.startswith(("http://", "https://")))
    authors = _authors(get("authors"))
    published, published_text = _text(get("published")), _text(get("published_text"))
    details = Details(
        entry_id=_text(get("id")),
        authors=authors,
        authors_count=_count(get("authors_count")) or len(authors) or None,
        organisation=_text(get("organisation")),
        published=iso_date(published) or iso_date(published_text),
        published_text=published_text or published,
        venue=_text(get("venue")),
        identifiers=identifiers(_text(get("doi")), _text(get("arxiv")), _text(get("pmid")), links),
        links=links,
        pages=tuple(page for page in _texts(get("pages")) if "." in page),
        keys=_texts(get("keys")),
    )
    into.add(line, get("title"), get("abstract"), **details)


def _text(value: object) -> str | None:
    """A plain value as text; lists, objects and booleans name nothing."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return None


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(text for text in map(_text, values) if text)


def _count(value: object) -> int | None:
    text = _text(value) or ""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _authors(value: object) -> tuple[str, ...]:
    """Names out of a list of strings or objects, or of one string parted by ``;`` or ``and``."""
    if isinstance(value, str):
        parts = re.split(r"\s*;\s*" if ";" in value else r"\s+and\s+", value.strip())
        names = [part.strip() for part in parts[0].split(",")]
        if len(parts) == 1 and len(names) > 1 and all(" " in name for name in names):
            parts = names  # "Ada Lovelace, Alan Turing"
        return tuple(_given_first(part) for part in parts if part)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(_given_first(name) for name in map(_author, value) if name)


def _given_first(name: str) -> str:
    """``Lovelace, Ada`` as ``Ada Lovelace``."""
    family, comma, given = name.partition(",")
    swapped = comma and given.strip() and "," not in given and given.strip(" .").lower() not in ("jr", "inc", "ltd")
    return f"{given.strip()} {family.strip()}" if swapped else name


def _author(value: object) -> str | None:
    if not isinstance(value, dict):
        return _text(value)
    whole = _text(value.get("name"))
    parts = (_text(value.get(key)) for key in ("given", "first", "firstname", "family", "last", "lastname"))
    return whole or " ".join(filter(None, parts)) or None
