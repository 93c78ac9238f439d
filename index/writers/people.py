"""A name as reference managers want it: the family name apart, a group whole."""

from __future__ import annotations

import re

_GROUP = re.compile(
    r"\b(?:universit\w+|institut\w*|group|consortium|society|organi[sz]ation|collaboration|committee|team|editors?|inc|"
    r"ltd|foundation|association|network|initiative|investigators|project|lab|laborator\w+|agency|ministry|council)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    (
        "von",
        "van",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "zu",
        "al",
        "el",
        "bin",
    )
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)


def family_and_given(name: str) -> tuple[str, str]:
    """The family name, with its particles, and the given names; a group or a single word has no given name."""
    words = name.split()
    if len(words) < 2 or "," in name or _GROUP.search(name) or (words[0] == "The" and len(words) > 1):
        return name, ""
    suffix = f" {words.pop()}" if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES and words[start - 1].islower():
        start -= 1
    return " ".join(words[start:]) + suffix, " ".join(words[:start])
