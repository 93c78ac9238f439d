"""Comparisons in quotes side by side: two papers by aspect, one thing against another, the good and the bad sides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from index import Index
from rag.compose.aspects import ASPECTS, stated
from rag.compose.citations import cite
from rag.compose.draft import Draft
from rag.question.comparison import Comparison
from rag.read.readings import LINK
from rag.retrieve.paper_view import PaperView
from rag.retrieve.retriever import Retriever
from rag.retrieve.sides import mentions, owned, side
from rag.schema import Cell, Row, Sentence, Table

Place = tuple[PaperView, int]  # a sentence of a paper
NOT_STATED = "not stated"
SHOWN = 3  # sentences for and against, each
_AGAINST = re.compile(
    r"\b(?:but|however|harm\w*|fail\w*|limit\w*|weak\w*|worse\w*|slow\w*|costs?|costly|degrad\w*|drops?|dropped|falls?"
    r"|fell|risks?|cannot|lacks?|trade-?offs?|suffer\w*|only|despite|expensive)\b",
    re.IGNORECASE,
)


def compare(index: Index, retriever: Retriever, asked: Comparison) -> Draft | None:
    """The comparison in quotes; None where the two are not told apart here: then it is asked as any other question."""
    views = [side(name, index, retriever) for name in asked.sides]
    missing = [name for name, view in zip(asked.sides, views, strict=True) if view is None]
    known = [view for view in views if view is not None]
    if missing:
        return _missing(index, asked, missing, views) if asked.form == "table" else None
    if asked.form == "sides":
        return _sides(index, asked.sides[0], known[0])
    direct = next((view for view in known if all(mentions(view, name) for name in asked.sides)), None)
    if direct is not None and (asked.form == "better" or known[0].paper == known[1].paper):
        return _against(index, asked, direct)
    if known[0].paper == known[1].paper:
        return None
    if not all(owned(name, view, retriever) for name, view in zip(asked.sides, known, strict=True)):
        return None
    silent = f"No abstract sets {asked.sides[0]} and {asked.sides[1]} against each other."
    return _by_aspect(index, asked.sides, known, silent if asked.form == "better" and direct is None else None)


def _missing(index: Index, asked: Comparison, missing: Sequence[str], views: Sequence[PaperView | None]) -> Draft:
    reason = f"No paper here deals with {' or '.join(missing)}."
    held = [(name, view) for name, view in zip(asked.sides, views, strict=True) if view is not None]
    if not held:
        return Draft((), (), "not_in_corpus", reason)
    (name, view), numbers = held[0], list(stated(held[0][1], held[0][0]).values())
    return _draft(index, [(view, number) for number in numbers], None, f"{reason} On {name}:", partial=True)


def _by_aspect(index: Index, names: Sequence[str], views: Sequence[PaperView], reason: str | None) -> Draft | None:
    """A row a paper, a column an aspect that one of them states."""
    found = [stated(view, name) for name, view in zip(names, views, strict=True)]
    columns = [aspect for aspect in ASPECTS if any(aspect in one for one in found)]
    rows = [
        (view.paper.title, [(view, one[aspect]) if aspect in one else None for aspect in columns])
        for view, one in zip(views, found, strict=True)
    ]
    return _tabled(index, columns, rows, reason=reason) if columns else None


def _against(index: Index, asked: Comparison, view: PaperView) -> Draft | None:
    """What one abstract says of both in one sentence, and beside it what it says of each alone."""
    of = [mentions(view, name) for name in asked.sides]
    both = _best(view, [n for n in of[0] if n in of[1]], " ".join(asked.sides), index)
    alone = [
        _best(view, [n for n in own if n not in both] or own, name, index)
        for own, name in zip(of, asked.sides, strict=True)
    ]
    columns = ["of both", "of it alone"] if both else ["of it alone"]
    rows = [
        (name, [(view, n) for n in (*both[:1], places[0])]) for name, places in zip(asked.sides, alone, strict=True)
    ]
    return _tabled(index, columns, rows, first=[(view, n) for n in both[:SHOWN]])


def _sides(index: Index, name: str, view: PaperView) -> Draft | None:
    """The sentences of a paper that speak for a thing, and those that speak against it."""
    numbers = _best(view, view.usable(), name, index)[: 2 * SHOWN]
    against = [n for n in numbers if _AGAINST.search(view.sentence(n))][:SHOWN]
    pro = [n for n in numbers if n not in against][:SHOWN]
    pairs = list(zip_longest(pro, against))
    rows = [(view.paper.title, [None if n is None else (view, n) for n in pair]) for pair in pairs]
    return _tabled(index, ["for", "against"], rows) if rows else None


def _key(place: Place) -> tuple[str, int]:
    return place[0].paper.paper_id, place[1]


def _best(view: PaperView, numbers: Sequence[int], name: str, index: Index) -> list[int]:
    """The sentences nearest to a result on the thing first; where the code lies is told only where nothing else is."""
    vector = index.embedder.embed_query(f"{name} is better; results")
    cosines = view.vectors @ vector
    telling = [n for n in numbers if not LINK.search(view.sentence(n))] or list(numbers)
    return sorted(telling, key=lambda n: -float(cosines[n]))


def _tabled(
    index: Index,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Place | None]]],
    first: Sequence[Place] = (),
    reason: str | None = None,
) -> Draft:
    places = [*first, *(place for _, cells in rows for place in cells if place is not None)]
    unique = list({_key(place): place for place in places}.values())
    marker = {_key(place): number for number, place in enumerate(unique, 1)}
    lines = tuple(
        Row(
            name,
            tuple(
                Cell(NOT_STATED) if place is None else Cell(place[0].sentence(place[1]), (marker[_key(place)],))
                for place in cells
            ),
        )
        for name, cells in rows
    )
    return _draft(index, unique, Table(tuple(columns), lines), reason)


def _draft(
    index: Index, places: Sequence[Place], table: Table | None, reason: str | None, partial: bool = False
) -> Draft:
    citations = tuple(
        cite(marker, view.paper, index.chunks(view.paper.paper_id), *view.spans[number])
        for marker, (view, number) in enumerate(places, 1)
    )
    sentences = tuple(Sentence(c.quote, (c.marker,), 1.0, "supported", "recited") for c in citations)
    return Draft(sentences, citations, "partial" if partial else "answered", reason, table=table)
