"""What a question is limited to besides its topic: the authors whom it names, and the years that a filter lets through.

Either may leave out the very paper that is meant; what would be found then is about something else, and is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Index
from index.schema import Paper
from rag.compose.draft import Draft
from rag.text.words import words

_NAME = r"[A-ZÀ-Þ][\w'’-]+"
_CERTAIN = (
    re.compile(rf"\b({_NAME})(?:,? (?:and|&) ({_NAME}))?,? et\.? al\b"),
    re.compile(rf"\b({_NAME})(?: and|,)? (?:his |her |their )?(?:colleagues|co-?workers|co-?authors)\b"),
)
_LIKELY = (
    re.compile(rf"\b({_NAME})(?:,? (?:and|&) ({_NAME}))? \((?:19|20)\d\d[a-z]?\)"),
    re.compile(rf"\((?:e\.g\.,? |see )?({_NAME})(?:,? (?:and|&) ({_NAME}))?,? (?:19|20)\d\d[a-z]?\)"),
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
