"""Words that stand in a field and say that nothing is there."""

from __future__ import annotations

import functools
import re

_NOTHING = re.compile(
    r"n a|na|nan|none(?: available)?|null|nil|unknown|not (?:available|applicable)|missing|empty|undefined|tbd|"
    r"abstract|no text",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?=.*\b(?:no|not|without|unavailable|missing)\b)"
    r"(?:there is |this (?:article|paper|record|item) has )?(?:no |without |the )?"
    r"(?:abstract|summary|author(?: name)?s?(?: name)?|title|date|journal|keyword)s?"
    r"(?: (?:for|of|to) (?:this|the) \w+)?(?: (?:is|are|was))?(?: not)?(?: currently)?"
    r"(?: (?:un)?available| provided| found| supplied| present| listed| given| included| missing)?"
    r"(?: (?:for|in) this \w+)?",
    re.IGNORECASE,
)


def absent(text: str) -> bool:
    """Whether a short text is a placeholder: ``NA``, ``[No abstract available]``, ``-``."""
    return len(text) <= 80 and _absent(text)


@functools.lru_cache(8192)
def _absent(text: str) -> bool:
    if re.search("[\ud800-\udfff]", text):  # broken bytes are to be told as such
        return False
    words = " ".join(re.findall(r"\w+", text))
    return not words or bool(_NOTHING.fullmatch(words) or _DENIED.fullmatch(words))
