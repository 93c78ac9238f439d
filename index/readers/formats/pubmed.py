"""PubMed XML, as efetch and the site's export give it."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from index.readers.entries.clean import unbracketed
from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.entries.xml import content, xml_records


def is_pubmed(start: str) -> bool:
    """Whether PubMed's elements or document type stand at the beginning."""
    return bool(re.search(r"<!DOCTYPE\s+Pubmed|<Pubmed(?:Article|Book)", start, re.IGNORECASE))


def read_pubmed(text: str, into: Collector) -> None:
    """Read a record from each PubmedArticle."""
    for line, record in xml_records(text, {"PubmedArticle", "PubmedBookArticle"}, into):
        citation = record.find("MedlineCitation")
        article = citation.find("Article") if citation is not None else None
        book = record.find("BookDocument")
        if book is not None:
            add(_fields(book, book, record), line, into)
        elif citation is None or article is None:
            into.reject(line, "no Article in this PubmedArticle")
        else:
            add(_fields(citation, article, record), line, into)


def _fields(citation: Element, article: Element, record: Element) -> Fields:
    def all_of(paths: str, within: Element = article) -> list[str]:
        return [text for path in paths.split() for one in within.findall(path) if (text := content(one))]

    dates = [_date(one) for path in ("Journal/JournalIssue/PubDate", "Book/PubDate", "ArticleDate")
             for one in article.findall(path)]  # fmt: skip
    issue, kinds = "Journal/JournalIssue", "; ".join(all_of("PublicationTypeList/PublicationType PublicationType"))
    notices = citation.findall("CommentsCorrectionsList/CommentsCorrections[@RefType='RetractionIn']")
    retracted = [f"Retracted in: {content(one.find('RefSource'))}" for one in notices]
    ids = "PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId"
    dois = [text for path in ids for text in all_of(f"{path}[@IdType='doi']", record)]
    number = all_of("PMID", citation)[:1]
    return Fields(
        {
            "id": number,
            "pmid": number,
            "keys": [[text for path in ids for text in all_of(f"{path}[@IdType='pmc']", record)]],
            "title": [*map(unbracketed, all_of("ArticleTitle VernacularTitle Book/BookTitle"))],
            "abstract": [_abstract(article, "Abstract"), _abstract(citation, "OtherAbstract")],
            "authors": [[name for one in article.findall("AuthorList/Author") if (name := _name(one))]],
            "date": dates,
            "venue": all_of("Journal/Title Journal/ISOAbbreviation Book/BookTitle"),
            "doi": dois + all_of("ELocationID[@EIdType='doi']"),
            "kind": [kinds],
            "keywords": [all_of("KeywordList/Keyword MeshHeadingList/MeshHeading/DescriptorName", citation)],
            "retracted": retracted,
            "volume": all_of(f"{issue}/Volume"),
            "issue": all_of(f"{issue}/Issue"),
            "page_range": all_of("Pagination/MedlinePgn"),
            "first_page": all_of("Pagination/StartPage"),
            "last_page": all_of("Pagination/EndPage"),
            "publisher": all_of("Book/Publisher/PublisherName"),
            "issn": all_of("Journal/ISSN"),
            "language": all_of("Language"),
        }
    )


def _abstract(article: Element, name: str) -> str:
    """The parts of a structured abstract on lines of their own, each with its label."""
    parts = []
    for part in article.findall(f"{name}/AbstractText"):
        label, text = part.get("Label"), content(part)
        parts.append(f"{label}: {text}" if label and label != "UNASSIGNED" and text else text)
    return "\n".join(filter(None, parts))


def _name(author: Element) -> object:
    given = content(author.find("ForeName")) or content(author.find("Initials"))
    family, group = content(author.find("LastName")), content(author.find("CollectiveName"))
    name = {"given": given, "family": family, "suffix": content(author.find("Suffix"))}
    return name if family else {"literal": group} if group else None


def _date(date: Element) -> str:
    """``2024 Mar 5`` out of its parts, or the free form that old records have."""
    parts = [content(date.find(name)) for name in ("Year", "Month", "Day")]
    if parts[1].isdigit():
        return "-".join(filter(None, parts))
    return " ".join(filter(None, parts)) or content(date.find("MedlineDate"))
