"""Europe PMC's search results, "core" and "lite"."""

from __future__ import annotations

from index.readers.formats.json.shape import Record, at, each

NAME = "europe-pmc"


def fits(record: Record) -> bool:
    """Whether a record names its authors and journal as only Europe PMC does."""
    return "authorString" in record or ("abstractText" in record and "journalInfo" in record)


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""
    info, kinds = record.get("journalInfo"), at(record, "pubTypeList", "pubType") or record.get("pubType")
    people = [
        {"given": at(one, "firstName") or at(one, "initials"), "family": at(one, "lastName")}
        if at(one, "lastName")
        else {"literal": at(one, "collectiveName") or at(one, "fullName")}
        for one in each(at(record, "authorList", "author"))
    ]
    notices = [one for one in each(at(record, "commentCorrectionList", "commentCorrection"))
               if str(at(one, "type")).lower().startswith("retraction in")]  # fmt: skip
    return {
        "id": [record.get("id")],
        "keys": [record.get("pmcid")],
        "title": [record.get("title")],
        "abstract": [record.get("abstractText")],
        "authors": [people, record.get("authorString")],
        "date": [record.get("firstPublicationDate"), at(info, "printPublicationDate"), at(info, "dateOfPublication")],
        "year": [record.get("pubYear"), at(info, "yearOfPublication")],
        "venue": [
            at(info, "journal", "title"),
            record.get("journalTitle"),
            at(record, "bookOrReportDetails", "publisher"),
        ],
        "doi": [record.get("doi")],
        "pmid": [record.get("pmid")],
        "kind": ["; ".join(map(str, kinds)) if isinstance(kinds, list) else kinds],
        "keywords": [at(record, "keywordList", "keyword")],
        "retracted": [f"Retracted in: {at(one, 'reference')}" for one in notices],
        "volume": [at(info, "volume"), record.get("journalVolume")],
        "issue": [at(info, "issue"), record.get("issue")],
        "page_range": [record.get("pageInfo")],
        "issn": [at(info, "journal", "issn"), record.get("journalIssn")],
        "language": [record.get("language")],
    }
