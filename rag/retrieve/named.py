"""The paper that a question names: by DOI, arXiv id or PMID, by its citation key, or by the words of its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Index
from index.readers import arxiv, doi, pmid
from index.schema import Paper
from rag.question.kind import RECORD_WORDS
from rag.text.words import content, stem, stems, words

_TOKEN = re.compile(r"[\w:./+-]*\w")
_ARXIV = re.compile(r"\barxiv[:\s]*(?:id\s*)?\S+|\b\d{4}\.\d{4,5}(?:v\d+)?\b", re.IGNORECASE)
_PMID = re.compile(r"\bpmid[:\s]*\d+", re.IGNORECASE)
_DOI = re.compile(r"(?:doi[:\s]*|https?://(?:dx\.)?doi\.org/)?\b10\.\d{4,9}/\S+", re.IGNORECASE)
_KEY = re.compile(r"([^\W\d_]{2,})[-_:]?((?:19|20)\d\d)[-_:]?([^\W\d_]*)", re.IGNORECASE)


_LINK = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/[^\s?!,;\"“”]*\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """The papers that a question names, and the question with their titles in place of the names.

    missing: the name where no paper here has it. note: how a name was read that no paper has in so many words.
    """

    papers: tuple[Paper, ...]
    rest: str
    missing: str | None = None
    note: str | None = None


def named_papers(question: str, index: Index) -> Named | None:
    """What an identifier or a citation key in a question names; None where there is neither."""
    papers = index.papers()
    for pattern, read, field, kind in (
        (_DOI, doi, "doi", "DOI"),
        (_ARXIV, arxiv, "arxiv", "arXiv id"),
        (_PMID, pmid, "pmid", "PMID"),
    ):
        found = pattern.search(question)
        said = found[0].rstrip("?!.,;:)") if found else ""
        name = read(said) if said else None
        if name:
            held = tuple(paper for paper in papers if getattr(paper.identifiers, field) == name)
            silent = not any(getattr(paper.identifiers, field) for paper in papers)
            missing = f"the {kind} {name}" + (f"; their sources give no {kind}s" if silent else "")
            return _named(question, said, held, missing)
    link = _LINK.search(question)
    if link:
        held = tuple(paper for paper in papers if _bare(link[0]) in {_bare(one) for one in paper.links})
        return _named(question, link[0], held, f"the link {link[0]}")
    return _by_key(question, index, papers)


def _bare(link: str) -> str:
    """A link as links are compared: without its scheme, and what may stand at its end."""
    return re.sub(r"^https?://(?:www\.)?|(?:\.git)?/*$", "", link.casefold())


def titled(question: str, index: Index) -> tuple[Paper, ...]:
    """The papers whose titles hold every word with which a question on a record names its paper."""
    subject = {one for one, word in content(question).items() if word not in RECORD_WORDS and not word.isdigit()}
    if not subject:
        return ()
    return tuple(paper for paper in index.papers() if subject <= stems(paper.title))


def _by_key(question: str, index: Index, papers: Sequence[Paper]) -> Named | None:
    keys = {key.casefold(): paper for paper in papers for key in (paper.paper_id, *paper.keys)}
    tokens = [token for token in _TOKEN.findall(question) if len(token) > 3 and not token.isdigit()]
    for token in tokens:
        paper = keys.get(token.casefold())
        if paper is not None and re.search(r"[\d_:-]", token):
            return _named(question, token, (paper,), "")
    for token in tokens:
        shape = _KEY.fullmatch(token)
        if shape and not index.document_frequencies([token.casefold()])[token.casefold()]:
            return _guessed(question, token, shape, papers)
    return None


def _guessed(question: str, token: str, shape: re.Match[str], papers: Sequence[Paper]) -> Named:
    """A key that no paper has, by its parts: the first author, the year, a word of the title."""
    author, year, word = shape[1].casefold(), int(shape[2]), shape[3].casefold()
    fitting = [
        paper
        for paper in papers
        if paper.year == year
        and (not paper.authors or author in words(paper.authors[0]))
        and (stem(word) in stems(paper.title) if word else bool(paper.authors))
    ]
    if len(fitting) != 1:
        return Named((), question, f"the citation key {token}")
    note = f"No paper has the key {token}; by its year and words it may be “{fitting[0].title}”."
    return Named(tuple(fitting), question.replace(token, fitting[0].title), note=note)


def _named(question: str, said: str, papers: tuple[Paper, ...], missing: str) -> Named:
    if not papers:
        return Named((), question, missing)
    return Named(papers, question.replace(said, papers[0].title))
