"""A remark on a "no": papers in other languages answer questions in theirs; an English "no" does not speak of them."""

from __future__ import annotations

from dataclasses import replace

from index import Index
from rag.compose.draft import Draft
from rag.text.language import in_english


def with_languages(draft: Draft, question: str, index: Index) -> Draft:
    """A refusal that adds how many papers are in another language than the question, where some are."""
    if draft.outcome != "not_in_corpus" or not draft.reason or not in_english(question):
        return draft
    papers = index.papers()
    others = sum(not in_english(paper.abstract) for paper in papers)
    if not others:
        return draft
    verb = "is" if others == 1 else "are"
    remark = f"{others} of {len(papers)} {verb} not in English; to search these too, ask in their language."
    return replace(draft, reason=f"{draft.reason} {remark}", text=None)
