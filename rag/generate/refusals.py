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


# The same without a word for the source: "is not reported", "goes unmentioned", "no mention of", "I cannot say".
_TOLD = (
    r"(?:said|stated|mentioned|reported|given|specified|provided|disclosed|named|discussed|indicated|described|addressed"
    r"|covered|revealed|told|answered)"
)
_BARELY = re.compile(
    rf"\b(?:is|are|was|were|be|been|goes?|went|remains?|left)\s+(?:(?:not|never|nowhere)\s+(?:\w+ly\s+)?{_TOLD}|un{_TOLD})\b"
    rf"|\bnowhere\s+(?:is|are|was|were)\b.*\b{_TOLD}\b"
    r"|\bno\s+(?:mention|information|details?|indication|word)\s+(?:is|are|of|on|about|for|as to|regarding)\b"
    r"|\bI\s+(?:can|could|do|did|would|am)\s*(?:not|n['’]t|unable to)\s+(?:be able to\s+)?"
    r"(?:answer|say|tell|find|know|determine|see)\b"
    r"|\bthe (?:authors?|work|study|survey)\s+(?:do|does|did)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?"
    r"(?:say|state|mention|report|give|specify|provide|disclose|name|discuss|indicate|tell|reveal)\b",
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
    return bool(said and _NAMES_SOURCE.search(text)) or _BARELY.search(text) is not None
