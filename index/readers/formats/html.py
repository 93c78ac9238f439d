"""HTML pages: articles or headings with their text, or blocks that read like a listing saved as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.formats.listing import Line, is_listing, read_listing, read_section

_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("img", "input", "ins", "kbd", "label", "mark", "math", "mi", "mn", "mo", "mrow", "msub", "msup", "q", "ruby"),
        *("s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
# what publishers, arXiv and PubMed say of an article in the head of its page, for Google Scholar and others
_META = {
    "title": "citation_title dc.title",
    "abstract": "citation_abstract dc.description",
    "authors": "citation_author citation_authors dc.creator",
    "date": "citation_publication_date citation_date citation_online_date dc.date",
    "venue": "citation_journal_title citation_conference_title citation_inbook_title",
    "doi": "citation_doi dc.identifier",
    "arxiv": "citation_arxiv_id",
    "pmid": "citation_pmid",
    "keywords": "citation_keywords",
    "volume": "citation_volume",
    "issue": "citation_issue",
    "first_page": "citation_firstpage",
    "last_page": "citation_lastpage",
    "publisher": "citation_publisher",
    "issn": "citation_issn",
    "language": "citation_language",
}
_MOST_UNCLOSED, _MOST_TAGS = 500, 400_000
_LONG_TAG = re.compile(r"<[^<>]{20000,}>?")  # pictures within a page, or an attack; no text
_LONGEST = 1_000_000
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_SKIPPED = frozenset({"script", "style", "template", "noscript", "svg", "head", "nav", "footer", "button", "select"})


@dataclass(slots=True)
class _Section:
    """What stands under one heading or in one article."""

    number: int
    title: str = ""
    lines: list[Line] = field(default_factory=list)
    closed: bool = True
    link: str = ""


class _Blocks(HTMLParser):
    """The text of a page as lines, one a block, and as sections."""

    def __init__(self, keep_newlines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.articles: list[_Section] = []
        self.sections: list[_Section] = []
        self.meta: dict[str, list[object]] = {}
        self._keep_newlines = keep_newlines
        self._text: list[str] = []
        self._begun = 1
        self._iso: str | None = None
        self._link = ""
        self._heading = self._preformatted = False
        self._article: _Section | None = None
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a heading or an article; note the date of a time element."""
        if tag in ("body", "article"):
            self._skipping.clear()
        if tag in _SKIPPED:
            self._skipping.append(tag)
        elif tag == "time":
            self._iso = dict(attrs).get("datetime")
        elif tag == "a" and self._heading:
            self._link = self._link or dict(attrs).get("href") or ""
        elif tag == "meta" and (text := dict(attrs).get("content")):
            self.meta.setdefault((dict(attrs).get("name") or "").lower(), []).append(text)
        if tag in _INLINE:
            return
        self._flush()
        self._heading = tag in _HEADINGS
        self._preformatted = self._preformatted or tag == "pre"
        if tag == "article":
            self._article = _Section(self.getpos()[0], closed=False)
            self.articles.append(self._article)

    def handle_endtag(self, tag: str) -> None:
        """End a block, a heading or an article."""
        if tag in self._skipping:
            del self._skipping[self._skipping.index(tag) :]
        if tag in _INLINE:
            return
        self._flush()
        self._heading = False
        self._preformatted = self._preformatted and tag != "pre"
        if tag == "article" and self._article:
            self._article.closed = True
            self._article = None

    def handle_data(self, data: str) -> None:
        """Gather text, unless it is a script's, a style's or the page's furniture."""
        if self._skipping:
            return
        data = data[:_LONGEST]
        if not self._text:
            self._begun = self.getpos()[0]
        if not (self._keep_newlines or self._preformatted):
            self._text.append(data)
            return
        first, *rest = data.split("\n")
        self._text.append(first)
        for part in rest:
            number = self._begun + 1
            self._flush()
            self._begun = number
            self._text.append(part)

    def close(self) -> None:
        """End the page."""
        super().close()
        self._flush()

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if not text:
            return
        line = Line(self._begun, text, self._iso)
        self._iso = None
        self.lines.append(line)
        if self._heading:
            self.sections.append(_Section(line.number, text, link=self._link))
        elif self.sections:
            self.sections[-1].lines.append(line)
        if self._article and self._heading and not self._article.title:
            self._article.title, self._article.link = text, self._link
        elif self._article:
            self._article.lines.append(line)
        self._link = ""


def read_html(text: str, into: Collector) -> None:
    """Read a saved page by whichever of its structures yields the most entries."""
    text = _closed(_LONG_TAG.sub(" ", text))
    if (tags := text.count("<")) > _MOST_TAGS:
        into.fault(None, f"the page has {tags:,} tags, more than {_MOST_TAGS:,}; save it in parts")
        return
    page = _parsed(text, keep_newlines=False)
    if "citation_title" in page.meta:
        add(_described(page), 1, into)
        return
    found = [_from_sections(page.articles, into.file), _from_sections(page.sections, into.file)]
    if is_listing(page.lines):
        found.append(_from_lines(page.lines, into.file))
    best = max(found, key=lambda collector: len(collector.entries))
    if not best.entries:
        raw = _parsed(text, keep_newlines=True)
        best = _from_lines(raw.lines, into.file) if is_listing(raw.lines) else best
    into.take(best)


def _described(page: _Blocks) -> Fields:
    """The fields of the one article whose page this is; each author and keyword may stand in an element of its own."""
    held: dict[str, list[object]] = {}
    for name, tags in _META.items():
        lists: list[object] = [page.meta[tag] for tag in tags.split() if tag in page.meta]
        held[name] = lists if name in ("authors", "keywords") else [one for texts in lists for one in texts]  # type: ignore[attr-defined]
    headed = [one for one in page.sections if one.title.strip(" :").lower() in ("abstract", "summary")]
    held["abstract"] += ["\n\n".join(line.text for line in one.lines) for one in headed]
    return Fields(held)


def _closed(text: str) -> str:
    """The page, whose unclosed tags are text if there are very many: for each the parser would read to the end."""
    if text.count("<") - text.count(">") <= _MOST_UNCLOSED:
        return text
    return re.sub(r"<(?=[^<>]*(?:<|\Z))", "&lt;", text)


def _parsed(text: str, keep_newlines: bool) -> _Blocks:
    page = _Blocks(keep_newlines)
    page.feed(text)
    page.close()
    return page


def _from_lines(lines: list[Line], file: str) -> Collector:
    into = Collector(file)
    read_listing(lines, into)
    return into


def _from_sections(sections: list[_Section], file: str) -> Collector:
    into = Collector(file)
    for section in sections:
        if section.closed:
            read_section(section.number, section.title, section.lines, into, section.link)
        else:
            into.reject(section.number, "the page ends inside this article; it may be cut off")
    return into
