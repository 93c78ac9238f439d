"""Zotero's own items: Better BibTeX JSON, and what Zotero's API answers."""

from __future__ import annotations

import re

from index.readers.formats.json.shape import Record, at, each

NAME = "zotero"
NO_PAPERS = ("attachment", "note", "annotation")
_VENUES = "publicationTitle proceedingsTitle bookTitle conferenceName repository websiteTitle university institution"


def fits(record: Record) -> bool:
    """Whether a record is of a type of Zotero's, itself or in ``data``."""
    return "itemType" in record or at(record, "data", "itemType") is not None


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first; ``extra`` may hold lines such as ``PMID: 1`` that are fields, too."""
    item = at(record, "data") or record
    extra = str(item.get("extra") or "")

    def said(name: str) -> list[object]:
        found = re.findall(rf"^[^\S\n]*{name}[^\S\n]*:(.*)$", extra, re.MULTILINE | re.IGNORECASE)
        return [value.strip() for value in found if value.strip()]

    people = [one for one in each(item.get("creators")) if at(one, "creatorType") in ("author", None)]
    people = people or list(each(item.get("creators")))
    creators = [{"literal": one["name"]} if at(one, "name") else one for one in people]
    archive = [item.get("archiveID"), item.get("reportNumber"), *said("arXiv")]
    return {
        "id": [
            item.get("citationKey"),
            item.get("citekey"),
            *said("Citation Key"),
            item.get("key"),
            item.get("itemKey"),
        ],
        "keys": [item.get("citationKey"), item.get("key"), item.get("itemKey"), item.get("callNumber")],
        "title": [item.get("title"), item.get("caseName"), item.get("subject")],
        "abstract": [item.get("abstractNote")],
        "authors": [creators],
        "date": [item.get("date"), at(record, "meta", "parsedDate"), item.get("year")],
        "venue": [item.get(name) for name in _VENUES.split()],
        "doi": [item.get("DOI"), *said("DOI"), item.get("url")],
        "pmid": [item.get("PMID"), *said("PMID")],
        "arxiv": [text for text in archive if text],
        "links": [item.get("url")],
        "kind": [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(item.get("itemType") or "")).lower()],
        "keywords": [item.get("tags")],
        "pages": [item.get("citewellSources")],
        "note": [extra],
        "volume": [item.get("volume")],
        "issue": [item.get("issue")],
        "page_range": [item.get("pages")],
        "publisher": [item.get("publisher")],
        "issn": [item.get("ISSN")],
        "isbn": [item.get("ISBN")],
        "language": [item.get("language")],
    }
