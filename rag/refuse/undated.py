"""A filter by year that left out, for want of a year, the very paper that is meant."""

from __future__ import annotations

from dataclasses import replace

from index.schema import Filter
from rag.compose.draft import Draft
from rag.retrieve.retriever import Retrieval, Retriever

LEAD = 0.1  # by how much a paper without a year must lead those that the filter lets through; tried on dev questions


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
