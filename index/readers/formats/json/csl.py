"""CSL-JSON, as Zotero, pandoc and citation processors keep references, and Crossref's works, which are much alike."""

from __future__ import annotations

from index.readers.formats.json.shape import Record, at, date_parts, each

NAME = "csl-json"
_DATES = ("issued", "published-print", "published", "published-online", "original-date")
_MARKS = frozenset(("issued", "container-title", "published-print", "published-online", "citation-key", "title-short"))


def fits(record: Record) -> bool:
    """Whether a record has keys that only CSL has, or its type beside authors with family names."""
    named = any(isinstance(one, dict) and {"family", "literal"} & set(one) for one in each(record.get("author")))
    return bool(_MARKS & set(record)) or (named and "type" in record)


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""
    title, subtitle = _one(record.get("title")), _one(record.get("subtitle"))
    whole = f"{title}: {subtitle}" if title and subtitle and str(subtitle) not in str(title) else title
    archived = [record.get("archive_location"), record.get("number")]
    updates, notice = (
        any(at(one, "type") == "retraction" for one in each(record.get(key))) for key in ("updated-by", "update-to")
    )
    keyword = record.get("keyword") or record.get("categories") or record.get("subject")
    dates: list[object] = [date for key in _DATES if (date := date_parts(record.get(key)))]
    return {
        "id": [record.get("id")],
        "keys": [record.get("citation-key")],
        "title": [whole],
        "abstract": [record.get("abstract")],
        "authors": [record.get("author"), record.get("editor")],
        "date": dates,
        "year": [str(date)[:4] for date in dates[:1]],
        "venue": [_one(record.get(key)) for key in ("container-title", "event-title", "event", "publisher")],
        "doi": [record.get("DOI"), record.get("doi")],
        "pmid": [record.get("PMID")],
        "arxiv": [text for text in archived if "arxiv" in str(text).lower()],
        "links": [record.get("URL")],
        "kind": ["retraction notice" if notice else record.get("type")],
        "keywords": [keyword],
        "retracted": ["Retracted"] if updates and not notice else [],
        "note": [record.get("note")],
        "volume": [record.get("volume")],
        "issue": [record.get("issue")],
        "page_range": [record.get("page"), record.get("article-number")],
        "publisher": [record.get("publisher")],
        "issn": [record.get("ISSN")],
        "isbn": [record.get("ISBN")],
        "language": [record.get("language")],
    }


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None if isinstance(value, list) else value
