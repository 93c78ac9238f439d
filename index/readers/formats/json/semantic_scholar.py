"""Semantic Scholar's papers, and the citations that hold one."""

from __future__ import annotations

from index.readers.formats.json.shape import Record, at

NAME = "semantic-scholar"
_CAPITALS = {key.lower(): key for key in ("corpusId", "externalIds", "publicationTypes", "publicationDate",
                                          "publicationVenue", "fieldsOfStudy", "openAccessPdf")}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has what only Semantic Scholar gives; its bulk files spell all keys in small letters."""
    return any(key in record for key in ("paperId", "externalIds", "citedPaper", "citingPaper", "externalids"))


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""
    record = at(record, "citedPaper") or at(record, "citingPaper") or record
    if "externalids" in record:
        record = {_CAPITALS.get(key, key): value for key, value in record.items()}
    kinds = record.get("publicationTypes")
    return {
        "id": [record.get("paperId")],
        "keys": [
            f"CorpusId:{number}" for number in [record.get("corpusId"), at(record, "externalIds", "CorpusId")] if number
        ],
        "title": [record.get("title")],
        "abstract": [record.get("abstract")],
        "authors": [record.get("authors")],
        "date": [record.get("publicationDate")],
        "year": [record.get("year")],
        "venue": [at(record, "journal", "name"), record.get("venue"), at(record, "publicationVenue", "name")],
        "doi": [at(record, "externalIds", "DOI"), record.get("doi")],
        "arxiv": [at(record, "externalIds", "ArXiv")],
        "pmid": [at(record, "externalIds", "PubMed")],
        "links": [record.get("url"), at(record, "openAccessPdf", "url")],
        "kind": ["; ".join(map(str, kinds))] if isinstance(kinds, list) else [],
        "keywords": [record.get("fieldsOfStudy")],
        "volume": [at(record, "journal", "volume")],
        "page_range": [at(record, "journal", "pages")],
    }
