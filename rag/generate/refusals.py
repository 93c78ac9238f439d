"""Prose that says what the papers do not: a refusal, or what is left open in an answer."""

from __future__ import annotations

import re

NOT_STATED = re.compile(r"^\W*not[ _]stated\b\W*", re.IGNORECASE)
_SOURCE = r"(?:abstracts?|passages?|papers?|texts?|sources?|excerpts?|documents?|contexts?|provided|given|here|above)"
_SAY = (
    r"(?:sa(?:y|ys|id)|stat\w+|mention\w*|report\w*|giv\w+|specif\w+|provid\w+|contain\w*|disclos\w+|nam(?:e|es|ed)"
    r"|discuss\w*|answer\w*|tell\w*|indicat\w+|includ\w+|address\w*|cover\w*|describ\w+|reveal\w*|clear|find|found"
    r"|determin\w+|know\w*)"
)
_NO = r"(?:not|n't|no|none|nothing|nor|neither|never|cannot|without|unclear|unknown)"
# A denial, a word of saying and a word for the source, in whatever order, say that the source does not say it.
_DENIES = re.compile(rf"\b{_NO}\b|n['’]t\b", re.IGNORECASE)
_SAYS = re.compile(rf"\b{_SAY}\b", re.IGNORECASE)
_NAMES_SOURCE = re.compile(rf"\b{_SOURCE}\b", re.IGNORECASE)


def unsaid(text: str, cited: bool) -> bool:
    """Whether a sentence only says that the papers do not say something. What cites a passage makes a claim of it."""
    if NOT_STATED.match(text):
        return True
    return not cited and all(pattern.search(text) for pattern in (_DENIES, _SAYS, _NAMES_SOURCE))
