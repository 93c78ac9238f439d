"""Semantic Scholar's papers, and the citations that hold one."""

from __future__ import annotations

from index.readers.formats.json.shape import Record, at

NAME = "semantic-scholar"


def fits(record: Record) -> bool:
    """Whether a record has what only Semantic Scholar gives."""
    return "paperId" in record or "externalIds" in record or "citedPaper" in record or "citingPaper" in record


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""
    record = at(record, "citedPaper") or at(record, "citingPaper") or record
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
