"""Languages: what a multilingual model finds across them, and a remark on a "no" where papers are in other languages.

The small reader knows English. Where question or paper is in another language, a multilingual index finds by meaning
alone: what it finds is shown as what comes closest, never as the answer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from index import Index
from rag.compose.draft import Draft
from rag.read.readings import Readings
from rag.retrieve.retriever import Retrieval
from rag.retrieve.spelling import looks_foreign
from rag.text.language import in_english

ACROSS = "Not all of this is in English: by meaning alone, the closest are:"


def across(question: str, found: Retrieval, model: str) -> bool:
    """Whether the question or the paper found first is in another language than English, and the model knows it."""
    if "multilingual" not in model.casefold() or not found.hits:
        return False
    return looks_foreign(question) or not in_english(found.hits[0].paper.abstract)


def by_meaning(found: Retrieval, readings: Readings) -> Readings:
    """The readings weighed by the likeness of question and sentence alone, a cosine."""
    scores = [found.views[one.paper_id].vectors[one.number] @ found.vector for one in readings.candidates]
    return replace(readings, scores=np.array(scores, dtype=np.float64))


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
