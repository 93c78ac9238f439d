"""Details of preprints as the API of bioRxiv and medRxiv gives them."""

from __future__ import annotations

from index.readers.formats.json.shape import Record

NAME = "biorxiv"


def fits(record: Record) -> bool:
    """Whether a record has the API's own keys; its ``published`` is the DOI of the printed version, no date."""
    return "jatsxml" in record or str(record.get("server", "")).lower() in ("biorxiv", "medrxiv") or (
        "preprint_doi" in record and "preprint_title" in record
    )  # fmt: skip


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""

    def get(name: str) -> object:
        return record.get(name) or record.get(f"preprint_{name}")

    return {
        "title": [get("title")],
        "abstract": [get("abstract")],
        "authors": [get("authors")],
        "date": [get("date"), record.get("published_date")],
        "venue": [record.get("server") or record.get("preprint_platform")],
        "doi": [get("doi")],
        "kind": ["preprint"],
        "keywords": [get("category")],
        "organisation": [record.get("author_corresponding_institution")],
        "retracted": ["withdrawn"] if str(record.get("type", "")).lower() == "withdrawn" else [],
    }
