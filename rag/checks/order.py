"""Order: what came first, and from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.checks.words import Word, read_words, stem


def sequence_conflict(claim: str, evidence: str) -> float:
    """1 where "from A to B", "A into B", "first A, then B" of the evidence is turned round in the claim."""
    worst = 0.0
    for before, behind in _sequences(claim):
        crossings = [_crossing(before, behind, *other) for other in _sequences(evidence)]
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


_FIRST = frozenset(("first", "start", "begin", "initi"))
_NEXT = frozenset(("then", "second", "final", "end", "continu", "last", "subsequ", "next", "afterward"))


@lru_cache(maxsize=4096)
def _sequences(text: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
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
