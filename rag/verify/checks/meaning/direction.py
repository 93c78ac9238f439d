"""Direction: more or less, better or worse, and which side of a comparison is which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.verify.checks.meaning.lexicon import AUXILIARIES, GRADED, RELATIONS, STANDARD, signs_of
from rag.verify.checks.meaning.negation import is_negator
from rag.verify.checks.words import Word, read_words

FIRM = frozenset(("amount", "quality", "effect", "speed"))  # families whose opposites exclude each other
NEAR = 5  # content words around a pointer that say what it speaks of
DENIED_WITHIN = 2  # words before a pointer where a negator turns it round
REACH = 16  # words to each side of a comparison that can be its sides


@dataclass(frozen=True, slots=True)
class Pointer:
    """A word with a direction. sides: content stems, negative on the left; nearer ones further from 0."""

    word: str
    signs: tuple[tuple[str, int], ...]
    turned: int
    near: frozenset[str]
    sides: tuple[tuple[str, float], ...]


@lru_cache(maxsize=4096)
def pointers(text: str) -> tuple[Pointer, ...]:
    """The directed words of a cleaned text in order; "more" before another of them belongs to it."""
    words = read_words(text)
    return tuple(
        _pointer(words, at, signs)
        for at, word in enumerate(words)
        if (signs := signs_of(word.lower)) and not _only_grades(words, at)
    )


def _only_grades(words: tuple[Word, ...], at: int) -> bool:
    before = words[at - 1].lower if at else ""
    if words[at].lower in ("least", "most", "best", "long", "many", "far") and before in ("at", "as", "so"):
        return True
    follows = words[at + 1].lower if at + 1 < len(words) else ""
    if words[at].lower in ("large", "over", "under", "above", "below") and (follows == "language" or follows.isdigit()):
        return True
    if words[at].lower in ("more", "less", "fewer") and follows == "than" and words[at + 2 : at + 3]:
        return words[at + 2].lower[0].isdigit()
    if words[at].lower == "little" and "by" in (before, follows):
        return True
    return words[at].lower in ("more", "less", "most", "least") and bool(signs_of(follows))


def _pointer(words: tuple[Word, ...], at: int, signs: dict[str, int]) -> Pointer:
    clause = words[at].clause
    before = [w.stem for w in words[:at] if w.is_content and w.clause >= clause - 1][-NEAR:]
    behind = [w.stem for w in words[at + 1 :] if w.is_content and w.clause <= clause + 1][:NEAR]
    turned = -1 if at and words[at - 1].lower in ("less", "least") else 1
    for back in range(max(0, at - DENIED_WITHIN), at):
        if words[back].clause == clause and is_negator(words, back):
            turned = -turned
    sides: tuple[tuple[str, float], ...] = ()
    standard = _standard(words, at)
    if words[at].lower in RELATIONS:
        sides = _sides(words, at, None)
        turned *= _passive(words, at)
    elif standard is not None and any(family in GRADED for family in signs):
        sides = _sides(words, at, standard)
    return Pointer(words[at].lower, tuple(signs.items()), turned, frozenset(before + behind), sides)


def _standard(words: tuple[Word, ...], at: int) -> int | None:
    """Where the standard of a comparison begins: behind "than" or "compared with", near the pointer."""
    for place in range(at + 1, min(len(words), at + 9)):
        if words[place].lower == "than":
            number = place + 1 < len(words) and words[place + 1].lower[0].isdigit()
            return None if number else place
    for place, word in enumerate(words):
        if word.lower in ("compared", "comparison", "relative", "versus"):
            return place
    return None


def _passive(words: tuple[Word, ...], at: int) -> int:
    """-1 where a comparing verb is passive ("is outperformed by"), else 1."""
    if not words[at].lower.endswith(("ed", "en")):
        return 1
    auxiliary = any(w.lower in AUXILIARIES for w in words[max(0, at - 3) : at])
    by = [w.lower for w in words[at + 1 : at + 8]]
    if auxiliary:
        return -1
    return -1 if by[:1] == ["by"] else 1


def _sides(words: tuple[Word, ...], at: int, standard: int | None) -> tuple[tuple[str, float], ...]:
    """The stems on one side only, within reach: negative on the left, positive on the right, smaller with distance.

    What stands between the pointer and "than" is the measure that both sides share.
    """
    found: dict[str, float] = {}
    both: set[str] = set()
    for place, word in enumerate(words):
        if not word.is_content or place == at or word.lower in STANDARD or (standard and at < place < standard):
            continue
        side, middle = (1 if place > at else -1), at
        if standard is not None:
            behind = place > standard and word.clause - words[standard].clause <= (words[standard].lower == "than")
            side, middle = (1, standard) if behind else (-1, at)
        weight = side / (1 + abs(place - middle))
        if found.get(word.stem, weight) * weight < 0:
            both.add(word.stem)
        if abs(place - middle) <= REACH and abs(weight) > abs(found.get(word.stem, 0.0)):
            found[word.stem] = weight
    return tuple((stem, weight) for stem, weight in found.items() if stem not in both)


def direction_conflict(claim: str, evidence: str) -> tuple[float, str]:
    """How surely a directed word of the claim points the other way than in the evidence, from 0 to 1, and which."""
    worst, which = 0.0, ""
    theirs = pointers(evidence)
    known = {w.lower for w in read_words(evidence)}
    for ours in pointers(claim):
        ranked = sorted(((_closeness(ours, other), other) for other in theirs), key=lambda pair: -pair[0])
        ranked = [pair for pair in ranked if pair[0] > 0]
        if not ranked:
            continue
        best = ranked[0][0]
        tops = [other for closeness, other in ranked if closeness >= best - 1e-9]
        turns = [_turn(ours, other) for other in tops]
        said_too = not ours.sides and any(o.word == ours.word and _turn(ours, o) > 0 for _, o in ranked)
        if all(turn < 0 for turn in turns) and not said_too:
            surety = _surety(ours, tops[0], best) * (0.5 if ours.word in known and not ours.sides else 1.0)
            if surety > worst:
                worst, which = surety, ours.word
    return worst, which


def _surety(ours: Pointer, other: Pointer, closeness: float) -> float:
    """Comparisons and changes weigh fully; words of the looser families only with many neighbours in common."""
    families = dict(ours.signs).keys() & dict(other.signs).keys()
    if families & FIRM:
        return min(1.0, 0.3 * closeness)
    return min(1.0, 0.2 * closeness)


def _closeness(ours: Pointer, other: Pointer) -> float:
    """How much two directed words speak of the same: shared neighbours, given a family in common."""
    if not dict(ours.signs).keys() & dict(other.signs).keys():
        return 0.0
    return len(ours.near & other.near) + (0.5 if ours.word == other.word else 0.0)


def _turn(ours: Pointer, other: Pointer) -> int:
    """-1 where the two point opposite ways, all turns taken together, else 1."""
    left, right = dict(ours.signs), dict(other.signs)
    agreeing = sum(left[family] * right[family] for family in left.keys() & right.keys())
    turn = (1 if agreeing > 0 else -1) * ours.turned * other.turned
    if ours.sides and other.sides:
        theirs = dict(other.sides)
        shared = [(stem, place) for stem, place in ours.sides if stem in theirs]
        standards = [(stem, place) for stem, place in shared if place > 0 or theirs[stem] > 0]
        compared = ours.word in RELATIONS or other.word in RELATIONS or not standards
        balance = sum(p * (1 if theirs[stem] > 0 else -1) for stem, p in (shared if compared else standards))
        turn *= -1 if balance < 0 else 1
    return turn
