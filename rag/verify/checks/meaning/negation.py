"""Negation: what the evidence states must not be denied by the claim, nor the other way round."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.verify.checks.meaning.lexicon import NEGATIVE_PREFIXES, NEGATORS, NOT_NEGATED, RELATIONS, SOFT
from rag.verify.checks.words import Word, read_words, stem

REACH = (1.0, 0.9, 0.6, 0.4)  # how surely the first, second … content word behind a negator is what it denies


@dataclass(frozen=True, slots=True)
class Polarity:
    """For every content word of a text, in order: its stem, whether it is denied, how surely, and its clause."""

    stem: str
    denied: bool
    reach: float
    clause: int


def is_negator(words: tuple[Word, ...], at: int) -> bool:
    """Whether the word denies what follows; "not only", "no more than" do not deny."""
    word = words[at].lower
    following = words[at + 1].lower if at + 1 < len(words) else ""
    return word in NEGATORS and following not in NOT_NEGATED


@lru_cache(maxsize=4096)
def polarities(text: str) -> tuple[Polarity, ...]:
    """The content words of a cleaned text with what is denied of them. Two negators over one word cancel out."""
    words = read_words(text)
    denials: dict[int, list[float]] = {}
    for at, word in enumerate(words):
        if is_negator(words, at):
            _deny(words, at, denials)
        elif word.lower == "free" and at and text[word.start - 1] == "-":
            denials.setdefault(at - 1, []).append(1.0)
    found = []
    for at, word in enumerate(words):
        if not word.is_content or is_negator(words, at):
            continue
        reaches = denials.get(at, [])
        found.append(Polarity(word.stem, len(reaches) % 2 == 1, max(reaches, default=0.0), word.clause))
    return tuple(found)


def _deny(words: tuple[Word, ...], at: int, denials: dict[int, list[float]]) -> None:
    step = 0
    for further in range(at + 1, len(words)):
        if words[further].clause != words[at].clause or step == len(REACH):
            break
        joined = words[further - 1].lower in ("and", "or", "nor", "that")
        if joined and (is_negator(words, further) or (words[further - 1].lower == "that" and step)):
            break
        if words[further].is_content and not is_negator(words, further) and not words[further].named:
            denials.setdefault(further, []).append(REACH[step])
            step += 1
            if step == 1 and words[further].lower in RELATIONS:
                break


def negation_conflict(claim: str, evidence: str) -> float:
    """How surely a word that both share is denied in one and not in the other, from 0 to 1.

    A denied comparison ("does not surpass") whose word the other text lacks is left to the check of direction.
    """
    ours, theirs = _with_prefixes(claim, evidence), _with_prefixes(evidence, claim)
    worst = 0.0
    for word in ours:
        others = [other for other in theirs if other.stem == word.stem]
        if not others or any(other.denied == word.denied for other in others):
            continue
        reach = max(word.reach, max(other.reach for other in others))
        if _softened(claim, word, others, evidence):
            reach *= 0.3
        if reach > worst and not _same_parity(word, others, ours, theirs, claim, evidence):
            worst = reach
    return worst


def _with_prefixes(text: str, other: str) -> list[Polarity]:
    """Polarities where "unnecessary" counts as denied "necessary" when the other text has "necessary"."""
    known = {word.stem for word in read_words(other)}
    found = []
    for item in polarities(text):
        base = next((b for b in _bases(item.stem) if b in known and item.stem not in known), None)
        found.append(item if base is None else Polarity(base, not item.denied, 1.0, item.clause))
    return found


@lru_cache(maxsize=65536)
def _bases(word: str) -> tuple[str, ...]:
    if word.endswith("less") and len(word) > 7:
        return (stem(word[:-4]), word[:-4])
    return tuple(stem(word[len(p) :]) for p in NEGATIVE_PREFIXES if word.startswith(p) and len(word) - len(p) > 3)


def _same_parity(
    word: Polarity, others: list[Polarity], ours: list[Polarity], theirs: list[Polarity], claim: str, evidence: str
) -> bool:
    """Whether the clauses of the word have equally many denials, one of them elsewhere: "no text is needed"."""
    mine = _denials(claim, word.clause) + _prefixed(ours, claim, word.clause)
    return any(
        mine > 0 and mine % 2 == (_denials(evidence, o.clause) + _prefixed(theirs, evidence, o.clause)) % 2
        for o in others
    )


def _softened(claim: str, word: Polarity, others: list[Polarity], evidence: str) -> bool:
    """Whether a near-denial ("little", "undecided") stands where the one text does not deny and the other does."""
    if word.denied:
        return any(_has_soft(evidence, claim, other.clause) for other in others)
    return _has_soft(claim, evidence, word.clause)


@lru_cache(maxsize=8192)
def _has_soft(text: str, other: str, clause: int) -> bool:
    known = {word.stem for word in read_words(other)}
    return any(
        abs(word.clause - clause) <= 1
        and word.stem not in known
        and (word.lower in SOFT or re.match(r"un(?!der|i|til|to)", word.lower) is not None)
        for word in read_words(text)
    )


@lru_cache(maxsize=8192)
def _denials(text: str, clause: int) -> int:
    words = read_words(text)
    return sum(word.clause == clause and is_negator(words, at) for at, word in enumerate(words))


def _prefixed(items: list[Polarity], text: str, clause: int) -> int:
    own = {item.stem for item in polarities(text)}
    return sum(item.clause == clause and item.stem not in own for item in items)
