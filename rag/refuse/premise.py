"""A question that takes for granted ("Why does A beat B?") what the paper that it is about does not bear out."""

from __future__ import annotations

import re

from rag.read.reader import Reader, shipped
from rag.retrieve.retriever import Retrieval

BORNE_OUT = (
    0.3  # support from which a premise stands; of 9 false ones on dev questions 7 lie below, of 8 true ones none
)
_GRANTED = re.compile(
    r"^\W*(?:why|how come|for what reason|what (?:explains|makes|made|causes|caused)(?: that)?)\s+"
    r"(?:(?:do|does|did|is|are|was|were|can|could|has|have)\s+)?(?P<premise>\S.*?)\W*$",
    re.IGNORECASE | re.DOTALL,
)


def taken_for_granted(question: str) -> str | None:
    """What a question of reasons takes for granted: "Why does Lion need more memory?" that Lion needs more memory."""
    found = _GRANTED.match(question)
    return found["premise"] if found else None


def is_false(question: str, found: Retrieval, reader: Reader | None = None) -> bool:
    """Whether the first paper found does not bear out what a question takes for granted."""
    premise = taken_for_granted(question)
    if premise is None or not found.hits:
        return False
    view = found.views[found.hits[0].paper.paper_id]
    sentences = [view.sentence(number) for number in view.usable()]
    return (reader or shipped()).support([premise], [sentences])[0] < BORNE_OUT
