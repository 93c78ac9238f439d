"""Requests to be told of a thing ("summarise X", "a short overview of X"), read as the question that they are."""

from __future__ import annotations

import re

_REQUEST = re.compile(
    r"""
    ^\W*(?!(?:is|are|was|were|does|do|did|has|what|which|who|how|why|where|when)\b)
    (?:(?:please|kindly|hi|hello|(?:can|could|would|will)\ you|i\ (?:need|want|would\ like)|i'd\ like)\W+)*
    (?:
        (?:(?:give|write|show|make)\W+)?(?:(?:me|us)\W+)?(?:(?:an?|the)\W+)?(?:[\w-]+\W+){0,3}?
        (?:summary|overview|description|gist|synopsis|explanation|outline|introduction)\ (?:of|on|about|for|to)
      | (?:briefly\ )?(?:summari[sz]e|describe|explain|introduce|outline)(?:\ (?:to|for)\ (?:me|us))?
      | tell\ (?:me|us)\ (?:\w+\ )?about
      | tl;?dr(?::|\ (?:of|on|for)\b)
    )\s+
    (?:(?:the|this)\ (?:paper|article|method|approach|study)\s+(?:(?:called|named|titled)\s+)?)?
    (?P<thing>\S.*)$
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_MANNER = re.compile(
    r"\W+(?:(?:in|with|within) (?:an?|one|two|three|a few|\d+) (?:[\w-]+ ){0,2}(?:sentences?|words?|lines?|paragraphs?)"
    r"|(?:to|for) (?:me|us|an? (?:\w+ )?(?:beginner|newcomer|student|child))|briefly|shortly|please)\W*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:how|why|what|which|who|whom|whose|when|where|whether|if|that)\b", re.IGNORECASE)
MOST_CHARACTERS = 300


def as_question(text: str) -> str:
    """ "What is X?" for a request to be told of X; any other text as it is.

    A request for a clause ("explain how X works") already holds its question.
    """
    found = _REQUEST.match(text) if len(text) <= MOST_CHARACTERS else None
    if not found:
        return text
    thing = found["thing"]
    while (shorter := _MANNER.sub("", thing)) != thing:
        thing = shorter
    thing = thing.strip(" \"'“”.?!")
    return text if not thing or _CLAUSE.match(thing) else f"What is {thing}?"
