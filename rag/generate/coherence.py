"""What a sentence of a model needs beside support: that it says something, once, and of a thing that is known."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.generate.attribute import Checked

_LEANS = re.compile(r"(?:it|its|they|their|this|these|those|that)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:shown|given|listed|described|mentioned|stated|discussed|seen|explained|defined)\s+(?:above|below)\W*$",
    re.IGNORECASE,
)
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff"  # Japanese, Chinese, Thai, Lao
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_LOOP = re.compile(r"\b(\w+(?: \w+){2,12}) \1\b", re.IGNORECASE)


def size(text: str) -> int:
    """How many words a sentence has; in scripts that put no space between words, how many characters."""
    return len(_WORD.findall(text))


def foreign(text: str, letters: frozenset[str]) -> bool:
    """Whether most letters of a sentence are none of these, so that it cannot be in the language of the passages."""
    own = [c for c in text.casefold() if c.isalpha()]
    return 2 * sum(c not in letters for c in own) > len(own)


def says_nothing(text: str) -> bool:
    """Whether it only leads to what follows, as in "The three stages are:", points back ("is shown above"), or asks."""
    return text.rstrip().endswith((":", "?")) or _POINTS.search(text) is not None


def leans(text: str) -> bool:
    """Whether it begins with a pronoun, so that what it speaks of stands in the sentence before."""
    return _LEANS.match(text) is not None


def loops(text: str) -> bool:
    """Whether a phrase of three words or more is followed by itself, as small models do when they lose the thread."""
    return _LOOP.search(text) is not None


def tied(checked: Checked, topic: frozenset[str] | None) -> Checked:
    """A sentence that leans on the one before holds for the papers of that one alone, and falls with it.

    topic: the papers that the sentence before rests on, empty where it is not supported; None where there is none.
    """
    if checked.verdict != "supported" or topic is None or not leans(checked.text) or checked.papers & topic:
        return checked
    note = "it speaks of the same as the sentence before, which rests on another paper or on none"
    return replace(checked, verdict="unchecked", note=note)
