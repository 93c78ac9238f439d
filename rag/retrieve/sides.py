"""Which paper a side of a comparison means: by its title, by a name that it uses most, or by all words of it."""

from __future__ import annotations

import re

from index import Index
from rag.retrieve.paper_view import PaperView
from rag.retrieve.retriever import Retriever
from rag.text.words import content, words

FEW = 4  # papers that may use a name which is still one paper's own


def side(text: str, index: Index, retriever: Retriever) -> PaperView | None:
    """The paper that a side means; None where no paper holds all of its words."""
    wanted = words(text)
    titles = [(paper, words(paper.title)) for paper in index.papers()]
    exact = [paper for paper, title in titles if title == wanted]
    heads = [paper for paper, _ in titles if words(re.split(r"[:;?]\s", paper.title)[0]) == wanted]
    held = [paper for paper, title in titles if _phrase(wanted, title) and len(wanted) > 2]
    for papers in (exact, heads, held):
        if papers:
            return retriever.views.of([papers[0].paper_id])[papers[0].paper_id]
    found = retriever.look(text, limit=10)
    views = [found.views[hit.paper.paper_id] for hit in found.hits]
    naming = [(len(mentions(view, text)) / max(1, len(view.spans)), -place) for place, view in enumerate(views)]
    best = max(naming, default=(0.0, 0))
    if best[0] > 0:
        return views[-best[1]]
    stems = frozenset(content(text))
    return next((view for view in views if stems and stems <= view.stems), None)


def owned(text: str, view: PaperView, retriever: Retriever) -> bool:
    """Whether the paper is what a name stands for: its title holds it, or hardly another paper uses the words.

    A name that many papers use ("DPO") belongs to the field: what one of them says of itself is not said of it.
    """
    if _phrase(words(text), words(view.paper.title)):
        return True
    return min((term.papers for term in retriever.terms(retriever.corrected(text))), default=0) <= FEW


def mentions(view: PaperView, text: str) -> list[int]:
    """The sentences that hold a phrase, or the letters in which the paper abbreviates it."""
    phrases = [words(text)]
    for number in view.usable():
        short = re.search(rf"{re.escape(text)}s?\s*\(([\w-]+)\)", view.sentence(number), re.IGNORECASE)
        phrases += [words(short[1])] if short else []
    return [n for n in view.usable() if any(_phrase(phrase, words(view.sentence(n))) for phrase in phrases)]


def _phrase(phrase: list[str], tokens: list[str]) -> bool:
    size = len(phrase)
    return bool(phrase) and any(tokens[place : place + size] == phrase for place in range(len(tokens) - size + 1))
