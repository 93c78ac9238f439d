"""The papers that a reader looks for: by words in title, authors, abstract or year, and by nearness in meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.schema import Filter, Paper
from rag import Assistant

NEAR = 20  # papers that are near in meaning, beside those that hold the words
ORDERS = {"best": "Best first", "newest": "Newest first", "oldest": "Oldest first", "title": "By title"}


@dataclass(frozen=True, slots=True)
class Found:
    """The papers in order. holding: how many of them hold all the words; the others are near in meaning."""

    papers: tuple[Paper, ...]
    holding: int
    of: int


def find(assistant: Assistant, words: str, where: Filter, order: str = "best") -> Found:
    """The papers for these words within a filter; all of them for no words."""
    index = assistant.index
    chosen = index.select(where).paper_ids
    within = [paper for paper in index.papers() if paper.paper_id in chosen]
    if not words.strip():
        return Found(ordered(within, "title" if order == "best" else order), len(within), len(index.papers()))
    hits = assistant.search(words, limit=max(1, min(len(within), 200)), where=where).hits
    rank = {hit.paper.paper_id: hit.rank for hit in hits}
    holding = [paper for paper in within if holds(paper, words)]
    holding.sort(key=lambda paper: rank.get(paper.paper_id, len(rank) + 1))
    here = {paper.paper_id for paper in holding}
    near = [hit.paper for hit in hits[:NEAR] if hit.paper.paper_id not in here]
    papers = (*holding, *near)
    return Found(papers if order == "best" else ordered(papers, order), len(holding), len(index.papers()))


def holds(paper: Paper, words: str) -> bool:
    """Whether the paper holds every word, anywhere in what is known of it; case does not count."""
    identifiers = [one for one in (paper.identifiers.doi, paper.identifiers.arxiv, paper.identifiers.pmid) if one]
    known = [paper.title, paper.abstract, *paper.authors, paper.published or "", paper.venue or "", *identifiers]
    text = " ".join([*known, *paper.keywords, *paper.keys]).casefold()
    return all(word in text for word in re.findall(r"[^\s,;\"“”]+", words.casefold()))


def ordered(papers: Sequence[Paper], order: str) -> tuple[Paper, ...]:
    """The papers by date or title; those without a date come last."""
    if order == "title":
        return tuple(sorted(papers, key=lambda paper: paper.title.casefold()))
    dated = sorted((paper for paper in papers if paper.published), key=lambda paper: paper.published or "")
    undated = [paper for paper in papers if not paper.published]
    return (*(reversed(dated) if order == "newest" else dated), *undated)
