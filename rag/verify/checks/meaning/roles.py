"""Roles: who did what to whom, and what came first. Would the claim fit better with two of its parts exchanged?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from rag.verify.checks.meaning.lexicon import AUXILIARIES
from rag.verify.checks.words import Word, read_words

MOST_UNITS = 14
LONGEST = 6  # words of a part at most
MEMBER = 3  # content words that a member of a list may have
BACKWARDS = 0.7  # what a neighbour counts that stands on the other side in the evidence
ACROSS = 0.5  # what neighbours count that a clause boundary parts
STEPS = ((1, 1.0), (2, 0.5))  # neighbours, and neighbours but one, with their weights
Stems = tuple[tuple[str, int], ...]
Unit = tuple[str, ...]
_JOINT = re.compile(r"\W*(?:,|\band\b|\bor\b|&|\bas well as\b|,\s*and\b|/)\W*(?:(?:the|an?|other|of|on|in)\s)?\W*")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange of two parts of a claim that fits the evidence best. both: the gain at the place that gains less."""

    gain: float = 0.0
    both: float = 0.0
    parts: tuple[str, str] | None = None


@lru_cache(maxsize=4096)
def active_order(text: str) -> tuple[Word, ...]:
    """The words of a text with "X is trained by Y" turned into "Y trained X", clause by clause."""
    words = read_words(text)
    found: list[Word] = []
    for clause in sorted({word.clause for word in words}):
        found += _active([word for word in words if word.clause == clause])
    return tuple(found)


def _active(words: list[Word]) -> list[Word]:
    for by in range(2, len(words)):
        if words[by].lower != "by":
            continue
        verb = next(
            (v for v in range(by - 1, max(0, by - 5), -1) if words[v].lower.endswith(("ed", "en", "wn", "ght"))), None
        )
        if verb is None or not any(word.lower in AUXILIARIES for word in words[max(0, verb - 4) : verb]):
            continue
        return [*words[by + 1 :], *words[verb:by], *words[:verb]]
    return words


@lru_cache(maxsize=4096)
def listed_stems(text: str) -> tuple[frozenset[str], ...]:
    """The members of each list of a text ("A, B and C"): stems that may change places without changing the meaning."""
    words = read_words(text)
    content = [word for word in words if word.is_content]
    joints = []
    for at, (left, right) in enumerate(pairwise(content)):
        between = text[left.end : right.start].casefold()
        if _JOINT.fullmatch(between):
            joints.append(at)
    groups: list[frozenset[str]] = []
    run: list[int] = []
    for at in joints:
        if run and at - run[-1] > MEMBER:
            groups.append(_members(content, run))
            run = []
        run.append(at)
    if run:
        groups.append(_members(content, run))
    return tuple(groups)


def _members(content: Sequence[Word], joints: Sequence[int]) -> frozenset[str]:
    first, last = max(0, joints[0] - MEMBER + 1), joints[-1] + MEMBER + 1
    return frozenset(word.stem for word in content[first:last])


def _stems(text: str) -> Stems:
    return tuple((word.stem, word.clause) for word in active_order(text) if word.is_content)


def _units(ours: Stems, theirs: Stems) -> list[tuple[Unit, int]]:
    """The claim's shared stems in order, with their clause; neighbours in both texts stay together."""
    stems = [stem for stem, _ in theirs]
    runs = {tuple(stems[at : at + size]) for size in range(1, LONGEST + 1) for at in range(len(stems) - size + 1)}
    units: list[tuple[Unit, int]] = []
    joins = False
    for word, clause in ours:
        if (word,) not in runs:
            joins = False
        elif joins and units[-1][1] == clause and (*units[-1][0], word) in runs:
            units[-1] = ((*units[-1][0], word), clause)
        else:
            units.append(((word,), clause))
            joins = True
    return units[:MOST_UNITS]


class _Fit:
    """How near each other in the evidence the parts are that are neighbours in the claim."""

    def __init__(self, units: list[tuple[Unit, int]], theirs: Stems) -> None:
        self.units = [unit for unit, _ in units]
        self._clauses = [clause for _, clause in units]
        stems = [stem for stem, _ in theirs]
        self._places = {
            unit: [at for at in range(len(stems) - len(unit) + 1) if tuple(stems[at : at + len(unit)]) == unit]
            for unit in set(self.units)
        }
        self._near: dict[tuple[Unit, Unit], float] = {}

    def near(self, left: Unit, right: Unit) -> float:
        """1 where the right part follows the left at once, less with distance and on the wrong side."""
        known = self._near.get((left, right))
        if known is None:
            gaps = [(b - a - len(left), a - b - len(right)) for a in self._places[left] for b in self._places[right]]
            straight = max((1 / (1 + gap) for gap, _ in gaps if gap >= 0), default=0.0)
            known = max(straight, max((BACKWARDS / (1 + gap) for _, gap in gaps if gap >= 0), default=0.0))
            self._near[left, right] = known
        return known

    def listed(self, left: Unit, right: Unit) -> bool:
        """Whether the two stand side by side in the evidence, as the members of a list do."""
        return any(b == a + len(left) or a == b + len(right) for a in self._places[left] for b in self._places[right])

    def gain_at(self, place: int, other: int) -> float:
        """What is gained around a place by putting the other part there; the two as neighbours do not count."""
        gain = 0.0
        for step, weight in STEPS:
            for neighbour in (place - step, place + step):
                if neighbour == other or not 0 <= neighbour < len(self.units):
                    continue
                weight_here = weight * (ACROSS if self._clauses[place] != self._clauses[neighbour] else 1.0)
                gain += weight_here * (self._beside(other, neighbour, place) - self._beside(place, neighbour, place))
        return gain

    def _beside(self, part: int, neighbour: int, place: int) -> float:
        if neighbour < place:
            return self.near(self.units[neighbour], self.units[part])
        return self.near(self.units[part], self.units[neighbour])


def _alike(left: Unit, right: Unit) -> bool:
    """Whether two parts may stand for each other: a figure never takes the part of a word."""
    return all(word[0].isdigit() for word in left) == all(word[0].isdigit() for word in right)


def best_exchange(claim: str, evidence: str) -> Exchange:
    """Which two parts of the claim, exchanged, would fit the evidence better, and by how much."""
    theirs = _stems(evidence)
    units = _units(_stems(claim), theirs)
    if len(units) < 3:
        return Exchange()
    fit = _Fit(units, theirs)
    lists = listed_stems(claim) + listed_stems(evidence)
    best, both, parts = 0.0, 0.0, None
    for i, j in combinations(range(len(units)), 2):
        left, right = fit.units[i], fit.units[j]
        if left == right or fit.listed(left, right) or not _alike(left, right):
            continue
        if any(group.issuperset((*left, *right)) for group in lists):
            continue
        gains = fit.gain_at(i, j), fit.gain_at(j, i)
        both = max(both, min(gains))
        if sum(gains) > best:
            best, parts = sum(gains), (" ".join(left), " ".join(right))
    return Exchange(best, both, parts)
