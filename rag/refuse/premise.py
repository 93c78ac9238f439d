"""False premises: a question that takes for granted the contrary of what the evidence says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.text.words import is_content, stem, words

REACH = 4  # how many words away a word still speaks of the same thing
_WHY = re.compile(r"\b(?:why|how come|what (?:explains|makes|made|causes)|for what reason|reasons?)\b", re.IGNORECASE)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


@dataclass(frozen=True, slots=True)
class _Opposites:
    """What a question says, and what in the evidence would be the contrary, if both speak of one thing."""

    said: frozenset[str]
    contrary: frozenset[str]


_FEW = "less fewer smaller lower reduce reduces reduced reducing reduction compress slower shrink subset decrease falls"
_MANY = "more larger bigger higher increase increases increased increasing raise raises grow grows faster rises greater"
_WELL = "better outperform outperforms superior improve improves improved beat beats surpass surpasses exceed best win"
_BADLY = "worse worst inferior fail fails failed hurt hurts harm harms harmed weaker degrade degrades suboptimal"
_NEED = "need needs needed require requires required rely relies reliant depend depends dependent must had have"
_FREE = "without free eliminate eliminates eliminating neither independent unnecessary removes avoid avoids no instead"
_STRONG = "strongest most important key main crucial driver large strong decisive essential"
_WEAK = "little not no hardly limited weak least nor minor negligible small"
_SAME = " equal same equally equivalent unchanged comparable"
_PAIRS = tuple(
    _Opposites(_stems(said), _stems(contrary))
    for said, contrary in (
        (_MANY + " largest fastest", _FEW + _SAME),
        (_FEW + " smallest slowest", _MANY + _SAME),
        (_WELL, _BADLY),
        (_BADLY, _WELL + " robust stable"),
        (_NEED, _FREE),
        (_STRONG, _WEAK),
    )
)
_BEATS = _stems(_WELL + " surpassing outperforming exceeding")


def why(question: str) -> bool:
    """Whether the question asks for a reason, and so takes a fact for granted."""
    return _WHY.search(question) is not None


def contradiction(question: str, sentences: Iterable[str]) -> int | None:
    """The number of the first sentence that says the contrary of the question; None where none does."""
    asked = [stem(word) for word in words(question)]
    for number, sentence in enumerate(sentences):
        said = [stem(word) for word in words(sentence)]
        if any(_opposed(asked, said, pair) for pair in _PAIRS) or _reversed(asked, said):
            return number
    return None


def _opposed(asked: Sequence[str], said: Sequence[str], pair: _Opposites) -> bool:
    """Whether the question's word and the sentence's contrary word stand beside the same thing."""
    things = _beside(asked, pair.said) - pair.said
    return bool(things & _beside(said, pair.contrary)) and not things & _beside(said, pair.said)


def _beside(tokens: Sequence[str], chosen: frozenset[str]) -> frozenset[str]:
    places = [place for place, token in enumerate(tokens) if token in chosen]
    near = {token for place in places for token in tokens[max(0, place - REACH) : place + REACH + 1]}
    return _things(near)


def _reversed(asked: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the question has A beat B and the sentence B beat A."""
    left, right = _sides(asked)
    before, after = _sides(said)
    forward = len(left & before) + len(right & after)
    return bool(left & after) and bool(right & before) and forward == 0


def _sides(tokens: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    place = next((place for place, token in enumerate(tokens) if token in _BEATS), None)
    if place is None:
        return frozenset(), frozenset()
    return _things(tokens[:place]), _things(tokens[place + 1 :])


def _things(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(token for token in tokens if is_content(token) and len(token) > 2)
