"""The papers that a question is limited to by name: an identifier, a key, a title or authors; or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from index import Index
from rag.compose.draft import Draft
from rag.question.kind import Question
from rag.refuse.byline import byline
from rag.retrieve.named import named_papers, titled


@dataclass(frozen=True, slots=True)
class Meant:
    """The ids of the papers that are meant (None: any), the question to look up, a refusal, a remark."""

    paper_ids: frozenset[str] | None = None
    rest: str | None = None
    refusal: Draft | None = None
    note: str | None = None


def meant_papers(question: str, asked: Question, index: Index) -> Meant:
    """Which papers a question names. A question on several papers finds its own."""
    if asked.library:
        return Meant()
    named = named_papers(question, index)
    if named is not None and not named.papers:
        return Meant(refusal=Draft((), (), "not_in_corpus", f"No paper here has {named.missing}."))
    if named is not None:
        return Meant(frozenset(paper.paper_id for paper in named.papers), named.rest, note=named.note)
    by = byline(question, index)
    if by is not None:
        return Meant(by.paper_ids or None, refusal=by.refusal)
    if asked.attributes and (papers := titled(question, index)):
        retracted = [paper for paper in papers if paper.retraction and "retraction" in asked.attributes]
        return Meant(frozenset(paper.paper_id for paper in retracted or papers))
    return Meant()
