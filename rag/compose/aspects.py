"""The aspects by which abstracts are set side by side, and which sentence of an abstract states each.

A sentence states an aspect as far as its words say so (the table below) and as far along the abstract as such sentences
stand; each sentence stands for one aspect, chosen so that all of them together fit best.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rag.read.readings import LINK
from rag.retrieve.paper_view import PaperView
from rag.text.words import words

ENOUGH = 1.0  # from here on a sentence states the aspect


@dataclass(frozen=True, slots=True)
class Aspect:
    """words: what such a sentence says. place: where in an abstract it stands, from 0 to 1.

    own: what naming the paper's own method adds; figures: what a number in it adds.
    """

    words: re.Pattern[str]
    place: float
    own: float
    figures: float


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


ASPECTS: Mapping[str, Aspect] = {
    "problem": Aspect(
        _any(r"however|existing|previous|current|costly|limit\w*|challeng\w+|lack\w*|cannot|problem\w*"), 0.0, -0.7, 0.0
    ),
    "method": Aspect(
        _any(r"propos\w+|introduc\w+|present\w*|method|approach|framework|algorithm|survey|study|is an?"), 0.3, 0.7, 0.0
    ),
    "how it works": Aspect(
        _any(r"uses?|using|by|based on|steps?|first|then|combin\w+|train\w*|selects?|covers?|treats?|under"),
        0.5,
        0.3,
        0.0,
    ),
    "data": Aspect(
        _any(r"data ?sets?|data|examples?|samples?|corpus|corpora|instances?|patients|participants|trials?|plots?"),
        0.5,
        0.0,
        0.6,
    ),
    "result": Aspect(
        _any(
            r"results?|outperform\w*|improv\w+|achiev\w+|reach\w*|surpass\w*|better|worse|gains?|beats?|rose|fell|reduc\w+"
        ),
        0.8,
        0.0,
        0.6,
    ),
}


def stated(view: PaperView, name: str) -> dict[str, int]:
    """The sentence that states each aspect; an aspect that no sentence states is left out."""
    from scipy.optimize import linear_sum_assignment

    usable = [number for number in view.usable() if not LINK.search(view.sentence(number))]
    if not usable:
        return {}
    table = np.array([[_fit(view, number, name, aspect) for aspect in ASPECTS.values()] for number in usable])
    pairs = zip(*linear_sum_assignment(-table), strict=True)
    return {
        list(ASPECTS)[a]: usable[row] for row, a in sorted(pairs, key=lambda p: int(p[1])) if table[row, a] >= ENOUGH
    }


def _fit(view: PaperView, number: int, name: str, aspect: Aspect) -> float:
    text = view.sentence(number)
    place = number / max(1, len(view.spans) - 1)
    own = bool(set(words(name)) & set(words(text)))
    figures = bool(re.search(r"\d", text))
    said = min(len(set(aspect.words.findall(text.casefold()))), 2) / 2 + 0.5 * bool(aspect.words.search(text))
    return said + aspect.own * own + aspect.figures * figures + 0.6 * (1 - abs(place - aspect.place))
