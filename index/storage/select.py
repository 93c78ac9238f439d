"""Which papers a filter lets through."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from index.merge.likeness import folded
from index.schema import Filter, Paper, Selection


def select(papers: Iterable[Paper], where: Filter) -> Selection:
    """The papers for which every condition holds; ``unknown_year`` counts those that only a missing year kept out."""
    chosen = set()
    unknown = 0
    dated = where.year_from is not None or where.year_to is not None
    only = None if where.papers is None else frozenset(where.papers)
    for paper in papers:
        if only is not None and paper.paper_id not in only:
            continue
        if not _described(paper, where) or not _on_page(paper, where.page):
            continue
        if dated and paper.year is None:
            unknown += 1
        elif not dated or _in_years(paper.year or 0, where):
            chosen.add(paper.paper_id)
    return Selection(frozenset(chosen), unknown)


def _described(paper: Paper, where: Filter) -> bool:
    """Whether title, venue and type hold the words that are asked for, and one author all of the author's."""
    held = ((where.title, paper.title), (where.venue, paper.venue), (where.kind, paper.kind))
    if not all(_words(wanted or "") <= _words(text or "") for wanted, text in held):
        return False
    return not where.author or any(_words(where.author) <= _words(name) for name in paper.authors)


def _in_years(year: int, where: Filter) -> bool:
    after = where.year_from is None or year >= where.year_from
    return after and (where.year_to is None or year <= where.year_to)


def _on_page(paper: Paper, page: str | None) -> bool:
    return page is None or any(page.lower() in PurePath(source.file).name.lower() for source in paper.sources)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", folded(text)))
