"""Order: what came first, from what to what, and what is the cause of what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.verify.checks.words import Word, read_words, stem

Pairs = tuple[tuple[frozenset[str], frozenset[str]], ...]


def sequence_conflict(claim: str, evidence: str) -> float:
    """1 where "from A to B", "first A, then B" or "A causes B" of the evidence is turned round in the claim."""
    return max(_turned(read(claim), read(evidence)) for read in (_sequences, _causes))


def _turned(ours: Pairs, theirs: Pairs) -> float:
    worst = 0.0
    for before, behind in ours:
        crossings = [_crossing(before, behind, *other) for other in theirs]
        if crossings:
            worst = max(worst, min(crossings, key=lambda pair: pair[0])[1])
    return min(1.0, worst)


def _crossing(
    before: frozenset[str], behind: frozenset[str], other_before: frozenset[str], other_behind: frozenset[str]
) -> tuple[float, float]:
    """(how little of the order agrees, how much of it is turned round), as shares of the claim's words."""
    straight = len(before & other_before) + len(behind & other_behind)
    crossed = len(before & other_behind) + len(behind & other_before)
    whole = len(before | behind)
    return -max(straight, crossed) / whole, max(0, crossed - straight) / whole


_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|stems? from|results? from|arises? from|(?:is|are|was|were) caused by)\b",
    re.IGNORECASE,
)
_CAUSES = re.compile(r"\b(?:caus(?:es?|ed|ing)|leads? to|led to|results? in|forc(?:es?|ed))\b(?! by\b)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _causes(text: str) -> Pairs:
    """Pairs of a cause and its effect: the content stems on either side of a marker, the cause first."""
    words, found = read_words(text), []
    for marker, effect_first in ((_BECAUSE, True), (_CAUSES, False)):
        for sign in marker.finditer(text):
            left = _bag([word for word in words if word.end <= sign.start()][-7:])
            right = _bag([word for word in words if word.start >= sign.end()][:8])
            found.append((right, left) if effect_first else (left, right))
    return tuple((a, b) for a, b in found if a and b)


_FIRST = frozenset(("first", "start", "begin", "initi"))
_NEXT = frozenset(("then", "second", "final", "end", "continu", "last", "subsequ", "next", "afterward"))


@lru_cache(maxsize=4096)
def _sequences(text: str) -> Pairs:
    """Pairs of what comes first and what comes after: the stems behind each marker of order."""
    words = read_words(text)
    found = []
    for at, word in enumerate(words):
        if word.lower == "from":
            to = next((t for t in range(at + 2, min(len(words), at + 12)) if words[t].lower in ("to", "into")), None)
            if to is not None:
                found.append((_bag(words[at + 1 : to]), _bag(words[to + 1 : to + 7])))
        elif word.lower in ("before", "after"):
            left, right = _bag(words[max(0, at - 7) : at]), _bag(words[at + 1 : at + 8])
            found.append((left, right) if word.lower == "before" else (right, left))
    firsts = [at for at, word in enumerate(words) if stem(word.lower) in _FIRST]
    nexts = [at for at, word in enumerate(words) if stem(word.lower) in _NEXT]
    for at in firsts:
        later = next((n for n in nexts if n > at), None)
        if later is not None:
            found.append((_bag(words[at + 1 : later]), _bag(words[later + 1 : later + 9])))
    return tuple((a, b) for a, b in found if a and b)


def _bag(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in words if word.is_content)
