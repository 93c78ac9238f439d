"""PubMed XML, as efetch and the site's export give it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from index.readers.entries.collector import Collector, Details
from index.readers.entries.dates import iso_date
from index.readers.entries.identifiers import identifiers
from index.readers.entries.xml import content, xml_records


def read_pubmed(text: str, into: Collector) -> None:
    """Read a record from each PubmedArticle."""
    for line, record in xml_records(text, {"PubmedArticle"}, into):
        article = record.find("MedlineCitation/Article")
        if article is None:
            into.reject(line, "no Article in this PubmedArticle")
        else:
            into.add(line, content(article.find("ArticleTitle")), _abstract(article), **_details(record, article))


def _abstract(article: Element) -> str:
    """The parts of a structured abstract on lines of their own, each with its label."""
    parts = []
    for part in article.findall("Abstract/AbstractText"):
        label, text = part.get("Label"), content(part)
        parts.append(f"{label}: {text}" if label and text else text)
    return "\n".join(filter(None, parts))


def _details(record: Element, article: Element) -> Details:
    number = content(record.find("MedlineCitation/PMID")) or None
    doi = content(record.find("PubmedData/ArticleIdList/ArticleId[@IdType='doi']"))
    doi = doi or content(article.find("ELocationID[@EIdType='doi']"))
    authors = tuple(filter(None, map(_name, article.findall("AuthorList/Author"))))
    published = _date(article.find("Journal/JournalIssue/PubDate"))
    return Details(
        entry_id=number,
        authors=authors,
        authors_count=len(authors) or None,
        published=iso_date(published),
        published_text=published,
        venue=content(article.find("Journal/Title")) or None,
        identifiers=identifiers(doi, None, number),
    )


def _name(author: Element) -> str:
    given = content(author.find("ForeName")) or content(author.find("Initials"))
    family = content(author.find("LastName")) or content(author.find("CollectiveName"))
    return f"{given} {family}".strip()


def _date(date: Element | None) -> str | None:
    """``2024 Mar 5`` out of its parts, or the free form that old records have."""
    if date is None:
        return None
    parts = [content(date.find(name)) for name in ("Year", "Month", "Day")]
    if parts[1].isdigit():
        return "-".join(filter(None, parts)) or None
    return " ".join(filter(None, parts)) or content(date.find("MedlineDate")) or None
