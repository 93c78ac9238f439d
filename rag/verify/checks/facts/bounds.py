"""What the words before a number make of it: about, over, under, up to."""

from __future__ import annotations

import re

_OVER = re.compile(
    r"\b(?:(?<!no )(?<!not )(?:more|higher|greater|larger) than|(?:no|not) (?:less|fewer|lower|smaller) than"
    r"|over|above|at least|exceeds|(?<!not )exceeding)\s*$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:(?<!no )(?<!not )(?:less|fewer|lower|smaller) than|(?:no|not) (?:more|higher|greater|larger) than"
    r"|under|below|at most|nearly|almost)\s*$",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\bclose to\s*$", re.IGNORECASE)
_UP_TO = re.compile(r"\bup to\s*$", re.IGNORECASE)
_ROUGHLY = re.compile(r"(?:\b(?:about|around|roughly|approximately|some|circa|ca\.?)|[~≈])\s*$", re.IGNORECASE)
ROUGH, BOUND = 0.02, 0.05  # "about 20" may be 20.4; "over 20" may be 21


def slack(before: str, rough: bool) -> tuple[float, float]:
    """How far below and above a number, relative to it, the number may lie that is spoken of."""
    about = ROUGH if rough or _ROUGHLY.search(before) else 0.0
    below = BOUND if _UNDER.search(before) or _NEAR.search(before) else about
    return below, (BOUND if _OVER.search(before) else about)


def side(before: str) -> int:
    """1 where the number is the least ("at least 60%"), -1 where it is the most ("up to 60%"), else 0."""
    if _OVER.search(before):
        return 1
    return -1 if _UNDER.search(before) or _UP_TO.search(before) else 0
