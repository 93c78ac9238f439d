"""Prose that says what the papers do not: a refusal, or what is left open in an answer."""

from __future__ import annotations

import re

NOT_STATED = re.compile(r"^\W*not[ _]stated\b\W*", re.IGNORECASE)
_SOURCE = r"(?:abstracts?|passages?|papers?|texts?|sources?|excerpts?|documents?|contexts?|provided|given|here|above)"
_SAY = (
    r"(?:sa(?:y|ys|id)|stat\w+|mention\w*|report\w*|giv\w+|specif\w+|provid\w+|contain\w*|disclos\w+|nam(?:e|es|ed)"
    r"|discuss\w*|answer\w*|tell\w*|indicat\w+|includ\w+|address\w*|cover\w*|describ\w+|reveal\w*|clear|find|found"
    r"|determin\w+|know\w*|told|information|details?|evidence|words?|counts?|figures?)"
)
_NO = r"(?:not|n't|no|none|nothing|nor|neither|never|cannot|without|unclear|unknown)"
# Words that say in one that something is not said.
_SILENT = re.compile(
    r"\b(?:silent|silence|un(?:stated|mentioned|specified|reported|disclosed|answered|addressed|clear|known)"
    r"|lacks?|omit\w*|leav\w+ (?:\w+ )?(?:open|out)|left (?:open|out)|fails? to|beyond|outside)\b",
    re.IGNORECASE,
)
# A denial, a word of saying and a word for the source, in whatever order, say that the source does not say it.
_DENIES = re.compile(rf"\b{_NO}\b|n['’]t\b", re.IGNORECASE)
_SAYS = re.compile(rf"\b{_SAY}\b", re.IGNORECASE)
_NAMES_SOURCE = re.compile(rf"\b{_SOURCE}\b", re.IGNORECASE)
_TEXT = r"(?:abstracts?|passages?|papers?|texts?|sources?|excerpts?|documents?)"
# A source that plainly is the one who does not say: so it is even where the sentence cites what comes closest.
_PLAINLY = re.compile(
    rf"\b{_TEXT}\W+(?:(?:of|on)(?:\W+\w+){{1,3}}\W+)?(?:do|does|did)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?{_SAY}\b"
    rf"|\b(?:no|none of the|neither|nor any)(?:\W+\w+)?\W+{_TEXT}\W+{_SAY}\b",
    re.IGNORECASE,
)


def unsaid(text: str, cited: bool) -> bool:
    """Whether a sentence only says that the papers do not say something.

    What cites a passage makes a claim of it, unless it plainly says that passages or abstracts do not say.
    """
    if NOT_STATED.match(text):
        return True
    if cited:
        return _PLAINLY.search(text) is not None
    said = _SILENT.search(text) or (_DENIES.search(text) and _SAYS.search(text))
    return bool(said and _NAMES_SOURCE.search(text))
