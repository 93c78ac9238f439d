"""What a piece of a model's text is: a claim, a word that leads to one, or no prose at all."""

from __future__ import annotations

import re

from rag.text.injection import suspicion

NO_PROSE = "not prose"
SHORTEST = 3  # words; less claims nothing: "Yes."
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff"  # Japanese, Chinese, Thai, Lao
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_LOOP = re.compile(r"\b(\w+(?: \w+){2,12}) \1\b", re.IGNORECASE)
_BOLD = re.compile(r"\*\*[^*]+\*\*:?|__[^_]+__:?")
_ANSWER = re.compile(r"^(?:yes|no|probably not|probably|not quite|partly)\b[,:;–—-]?\s+(?=\w)", re.IGNORECASE)


def size(text: str) -> int:
    """How many words a sentence has; in scripts that put no space between words, how many characters."""
    return len(_WORD.findall(text))


def leads(lead: str, raw: str, text: str, cited: bool) -> bool:
    """Whether a piece claims nothing itself: a heading, "Yes.", a question, or what only leads to what follows."""
    if cited:
        return False
    heading = "#" in lead or _BOLD.fullmatch(raw.strip()) is not None
    return heading or size(text) < SHORTEST or text.rstrip().endswith((":", "?"))


def claim_of(text: str) -> str:
    """The sentence as it is checked: without the "Yes," that answers the question and stands in no paper."""
    claim = _ANSWER.sub("", text, count=1)
    return claim[:1].upper() + claim[1:]


def no_prose(text: str, letters: frozenset[str]) -> str | None:
    """Why a sentence cannot be a statement of the papers: an order, a loop, other letters; None where it can."""
    if odd := suspicion(text):
        return f"{NO_PROSE}: {odd}"
    if _LOOP.search(text):
        return f"{NO_PROSE}: it repeats itself"
    own = [c for c in text.casefold() if c.isalpha()]
    return "it is not in the language of the papers" if 2 * sum(c not in letters for c in own) > len(own) else None
