"""JATS, the XML in which publishers and PubMed Central keep articles; only the front matter is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.entries.xml import content, local, xml_records

_OTHER_ABSTRACTS = ("graphical", "teaser", "toc", "key-points", "precis", "web-summary", "executive-summary")


def is_jats(start: str) -> bool:
    """Whether an article with JATS's front matter stands at the beginning."""
    return bool(re.search(r"<(?:\w+:)?article[\s>]", start) and re.search(r"<(?:\w+:)?(?:article-meta|front)\b", start))


def read_jats(text: str, into: Collector) -> None:
    """Read a record from the front matter of each article."""
    spaces = {""} | {
        f"{{{space}}}" for space in re.findall(r"xmlns(?::\w+)?=[\"']([^\"'<>]{1,200})[\"']", text[:20_000])
    }
    for line, article in xml_records(text, {f"{space}article" for space in spaces}, into):
        _bare(article)
        meta = article.find("front/article-meta")
        if meta is None:
            into.reject(line, "no article-meta in this article")
        else:
            add(_fields(article, meta), line, into)


def _bare(article: Element) -> None:
    for element in article.iter():
        if isinstance(element.tag, str) and "}" in element.tag and not element.tag.endswith("}math"):
            element.tag = local(element.tag)


def _fields(article: Element, meta: Element) -> Fields:
    def all_of(paths: str, within: Element = meta) -> list[str]:
        return [text for path in paths.split() for one in within.findall(path) if (text := content(one))]

    def ids(kind: str) -> list[str]:
        return all_of(f"article-id[@pub-id-type='{kind}']")

    contributors = [
        one for one in meta.findall("contrib-group/contrib") if one.get("contrib-type", "author") == "author"
    ]
    subtitle = all_of("title-group/subtitle")
    titles = [": ".join([title, *subtitle]) for title in all_of("title-group/article-title")]
    notice = [content(one) for one in article.findall(".//related-article[@related-article-type='retraction-forward']")]
    kind = article.get("article-type", "")
    return Fields(
        {
            "keys": [[f"PMC{number.removeprefix('PMC')}" for number in ids("pmc") + ids("pmcid")]],
            "title": titles,
            "abstract": ["\n".join(_abstracts(meta))],
            "authors": [[name for one in contributors if (name := _name(one))]],
            "date": [*_dates(meta)],
            "venue": all_of(
                "front/journal-meta/journal-title-group/journal-title front/journal-meta/journal-title", article
            ),
            "doi": ids("doi"),
            "pmid": ids("pmid"),
            "kind": ["retraction notice" if kind == "retraction" else kind.replace("-", " ")],
            "retracted": ["Retracted"] if notice else [],
            "keywords": [all_of("kwd-group/kwd")],
            "volume": all_of("volume"),
            "issue": all_of("issue"),
            "first_page": all_of("fpage elocation-id"),
            "last_page": all_of("lpage"),
            "publisher": all_of("front/journal-meta/publisher/publisher-name", article),
            "issn": all_of("front/journal-meta/issn", article),
            "language": [article.get("{http://www.w3.org/XML/1998/namespace}lang")],
        }
    )


def _abstracts(meta: Element) -> Iterator[str]:
    """The paragraphs of the article's own abstract; those of a section carry its title."""
    own = [one for one in meta.findall("abstract") if one.get("abstract-type", "") not in _OTHER_ABSTRACTS]
    for abstract in own[:1]:
        for part in abstract:
            if part.tag == "sec":
                text = " ".join(content(one) for one in part if one.tag != "title")
                title = content(part.find("title"))
                yield f"{title.rstrip(':')}: {text}" if title and text else text
            elif part.tag != "title":
                yield content(part)
        if not len(abstract):
            yield content(abstract)


def _name(contributor: Element) -> object:
    name = contributor.find(".//name")
    if name is not None:
        parts = {key: content(name.find(tag)) for key, tag in (("given", "given-names"), ("family", "surname"))}
        return parts | {"suffix": content(name.find("suffix"))}
    group = content(contributor.find("collab")) or content(contributor.find("string-name"))
    return {"literal": group} if group else None


def _dates(meta: Element) -> list[str]:
    """The dates of publication, the fullest first."""
    return sorted(filter(None, map(_date, meta.findall("pub-date"))), key=len, reverse=True)


def _date(date: Element) -> str:
    year, month, day = (content(date.find(name)) for name in ("year", "month", "day"))
    return "-".join(filter(None, (year, month, day))) if month.isdigit() else f"{month} {year}".strip()
