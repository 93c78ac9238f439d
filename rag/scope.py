"""What a question is limited to besides its topic: the authors whom it names, and the years that a filter lets through.

Either may leave out the very paper that is meant; what would be found then is about something else, and is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Index
from index.schema import Filter, Paper
from rag.draft import Draft
from rag.retriever import Retrieval, Retriever
from rag.text import words

LEAD = 0.1  # by how much a paper without a year must lead those that the filter lets through; tried on dev questions
_NAME = r"[A-ZÀ-Þ][\w'’-]+"
_CERTAIN = (
    re.compile(rf"\b({_NAME})(?:,? (?:and|&) ({_NAME}))?,? et\.? al\b"),
    re.compile(rf"\b({_NAME})(?: and|,)? (?:his |her |their )?(?:colleagues|co-?workers|co-?authors)\b"),
)
_LIKELY = (
    re.compile(rf"\b({_NAME})(?:,? (?:and|&) ({_NAME}))? \((?:19|20)\d\d[a-z]?\)"),
    re.compile(rf"\((?:e\.g\.,? |see )?({_NAME})(?:,? (?:and|&) ({_NAME}))?,? (?:19|20)\d\d[a-z]?\)"),
    re.compile(rf"\b(?:papers?|works?|stud(?:y|ies)|articles?|written|authored|published) by (?:{_NAME} )*({_NAME})"),
)


@dataclass(frozen=True, slots=True)
class Byline:
    """The authors whom a question names: the papers that list them, or why none can be looked up."""

    paper_ids: frozenset[str]
    refusal: Draft | None


def byline(question: str, index: Index) -> Byline | None:
    """What comes of the authors named in a question; None where it names none."""
    likely, certain = _surnames(question, _LIKELY), _surnames(question, _CERTAIN)
    if not likely and not certain:
        return None
    papers = index.papers()
    known = index.document_frequencies([name.casefold() for name in likely])
    organisations = {word for paper in papers for word in words(paper.organisation or "")}
    # A word that the papers use is a method, a data set or a model, with a year behind it as well: "Lion (2023)".
    names = [name for name in likely if not known[name.casefold()] and name.casefold() not in organisations]
    names = list(dict.fromkeys([*certain, *names]))
    if not names:
        return None
    found = frozenset(paper.paper_id for paper in papers if _lists(paper, names))
    return Byline(found, None if found else _nobody(names, papers))


def undated(question: str, found: Retrieval, retriever: Retriever) -> Draft | None:
    """A refusal where a filter by year left out, for want of a year, a paper that leads all that it let through."""
    if not found.unknown_year or found.where is None:
        return None
    where = replace(found.where, year_from=None, year_to=None)
    hits = retriever.look(question, where=None if where == Filter() else where).hits
    first = hits[0]
    through = {hit.paper.paper_id for hit in found.hits}
    rival = max((hit.score for hit in hits if hit.paper.paper_id in through), default=0.0)
    if first.paper.year is not None or first.score - rival < LEAD:
        return None
    others = f", and {found.unknown_year - 1} others" if found.unknown_year > 1 else ""
    reason = (
        f"The closest paper, “{first.paper.title}”, has no year, so the filter by year left it out{others}; "
        "ask without the filter."
    )
    return Draft((), (), "not_in_corpus", reason)


def _surnames(question: str, patterns: Sequence[re.Pattern[str]]) -> list[str]:
    found = [name for pattern in patterns for match in pattern.findall(question) for name in _parts(match)]
    return [name.removesuffix("'s").removesuffix("’s") for name in dict.fromkeys(found)]


def _parts(match: str | tuple[str, ...]) -> tuple[str, ...]:
    return (match,) if isinstance(match, str) else tuple(name for name in match if name)


def _lists(paper: Paper, names: Sequence[str]) -> bool:
    listed = {word for author in paper.authors for word in words(author)}
    return all(set(words(name)) <= listed for name in names)


def _nobody(names: Sequence[str], papers: Sequence[Paper]) -> Draft:
    spoken = " and ".join(names)
    silent = sum(not paper.authors for paper in papers)
    if silent == len(papers):
        reason = f"The sources of these papers name no authors, so {spoken} cannot be looked up; ask by topic or title."
        return Draft((), (), "not_stated", reason)
    rest = f"; {silent} of {len(papers)} list no authors" if silent else ""
    return Draft((), (), "not_in_corpus", f"No paper here lists {spoken} as an author{rest}.")
