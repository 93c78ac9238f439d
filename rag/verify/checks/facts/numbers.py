"""Numbers and units: every quantity of a claim must stand in the evidence, however it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.verify.checks.facts.bounds import side, slack
from rag.verify.checks.facts.units import (
    CARDINALS,
    FRACTIONS,
    ORDINAL_WORDS,
    ORDINALS,
    SCALES,
    SHARES,
    SMALL,
    TIMES,
    UNITS,
)
from rag.verify.checks.words import read_words

_NUMBER_WORD = "|".join(sorted([*CARDINALS, "hundred", "thousand", "million", "billion"], key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?<![\w.])(?<![A-Za-z][-^])(?:(?P<factor>\d+(?:\.\d+)?)\s?[×x]\s?)?10\^\{{?(?P<power>[-+]?\d+)\}}?"
    rf"|(?<![\w.])(?<![A-Za-z][-^])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?e[-+]?\d+|\d+(?:\.\d+)?|\.\d+)"
    rf"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|mio|bn|[kKMBT](?![\w+]*[A-Za-z]|-[\w+-]*(?-i:[A-Z])))s?\b)?"
    rf"|\b(?P<parts>an?|{'|'.join(SMALL[1:10])})[\s-](?P<fraction>{'|'.join(FRACTIONS)})s?\b(?=\s+(?:of|to|the|its|their|more|less|as)\b)"
    r"|\b(?P<halfdozen>half[\s-](?:a[\s-])?dozen)\b"
    rf"|\b(?P<words>(?:{_NUMBER_WORD})(?:[\s-](?:{_NUMBER_WORD}))*)(?:[\s-](?P<wscale>hundred|thousand|million|billion|trillion)s?\b)?\b"
    rf"|\b(?P<ordinal>{'|'.join(ORDINAL_WORDS)})(?:ly)?\b|\b(?P<nth>\d+)(?:st|nd|rd|th)\b"
    rf"|\b(?P<share>{'|'.join(SHARES)})\b|\b(?P<times>{'|'.join(TIMES)})\b"
    rf"|\b(?P<fold>{'|'.join(SMALL[2:])}|hundred)fold\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[\s-]?(%|×)|[\s-]?(?:per\s?cent\b|percentage\b)|(?:[\s-])?([A-Za-z]+)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:[-–—/,]|to|and|or|, and)\s*", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:another|the (?:other|second|last))\b")  # one is this, the other that: it counts nothing
_AS = re.compile(r"\s+as\b")
_FACTOR = re.compile(r"\bfactors? of (?:(?:about|around|roughly|over|up to|at least|more than) )?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text with its unit's kind ("" where it has none), and the stems of what it counts.

    slack and side: what the words before it make of it, see ``bounds.py``.
    """

    value: float
    kind: str
    text: str
    start: int
    end: int
    slack: tuple[float, float]
    side: int
    counted: frozenset[str]
    digits: bool


@lru_cache(maxsize=4096)
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a cleaned text in order; digits inside names such as GPT-4 are not quantities."""
    raw = [_quantity(text, found) for found in _QUANTITY.finditer(text) if not _inside_name(text, found)]
    for left, right in reversed(list(enumerate(pairwise(list(raw))))):
        first, second = right[0], raw[left + 1]
        if first[1] == "" and second[1] not in ("", "ordinal") and _JOINED.fullmatch(text[first[3] : second[2]]):
            raw[left] = (first[0] * second[4], second[1], first[2], first[3], second[4])
    return tuple(
        Quantity(
            value, kind, text[start:end], start, end, _slack(text, start, end), side(text[:start]),
            _counted(text, end), text[start].isdigit(),
        )
        for value, kind, start, end, _ in raw
    )  # fmt: skip


def _slack(text: str, start: int, end: int) -> tuple[float, float]:
    """A fraction in words is rough by itself."""
    return slack(text[:start], any(fraction in text[start:end].lower() for fraction in FRACTIONS))


def _inside_name(text: str, found: re.Match[str]) -> bool:
    """Whether the digits go on as a name does: "3D", "2Vec"."""
    if not found.group("digits"):
        return False
    follows = re.match(r"[A-Za-z]+", text[found.end() :])
    if follows is None or found.group("scale"):
        return False
    return follows.group().lower() not in UNITS


def _quantity(text: str, found: re.Match[str]) -> tuple[float, str, int, int, float]:
    """(value in its unit, kind of unit, start, end, factor of the unit)."""
    start, end = found.span()
    if found.group("ordinal") or found.group("nth"):
        ordinal = found.group("ordinal")
        return (ORDINALS[ordinal.lower()] if ordinal else float(found.group("nth")), "ordinal", start, end, 1.0)
    if found.group("power"):
        return float(f"{found.group('factor') or 1}e{found.group('power')}"), "", start, end, 1.0
    if found.group("halfdozen"):
        return 6.0, "", start, end, 1.0
    if found.group("times"):
        return TIMES[found.group("times").lower()], "times", start, end, 1.0
    if found.group("fraction"):
        return (
            CARDINALS.get(found.group("parts").lower(), 1.0) * FRACTIONS[found.group("fraction").lower()],
            "%",
            start,
            end,
            1.0,
        )
    if found.group("share"):
        return SHARES[found.group("share").lower()], "%", start, end, 1.0
    if found.group("fold"):
        word = found.group("fold").lower()
        return CARDINALS.get(word, 100.0), "times", start, end, 1.0
    if found.group("digits"):
        value = float(found.group("digits").replace(",", ""))
        value *= SCALES.get((found.group("scale") or "").lower(), 1.0)
    else:
        value = _spoken(found.group("words")) * SCALES.get((found.group("wscale") or "").lower(), 1.0)
    unit = _UNIT.match(text, end)
    kind, factor = ("times" if _FACTOR.search(text[:start]) else ""), 1.0
    if unit:
        word = unit.group().strip(" -").lower()
        word = "percent" if word.startswith("per") else word
        if word != "times" and word not in UNITS:
            word = word.removesuffix("s")
        if word in UNITS and not (word in ("s", "h", "m", "time") and unit.group()[0] == " "):
            kind, factor = UNITS[word]
            end = unit.end()
    return value * factor, kind, start, end, factor


def _spoken(words: str) -> float:
    """The value of a number in words: "twenty-two" is 22, "two hundred" is 200."""
    total = current = 0.0
    for word in re.split(r"[\s-]", words.lower()):
        scale = SCALES.get(word)
        if scale is None:
            current += CARDINALS[word]
        elif scale == 100:
            current = max(current, 1) * 100
        else:
            total, current = total + max(current, 1) * scale, 0.0
    return total + current


def _counted(text: str, end: int) -> frozenset[str]:
    """The stems of up to three words behind a number, in its clause."""
    behind = re.split(r"[,.;:()]", text[end : end + 60])[0]
    return frozenset(word.stem for word in [w for w in read_words(behind) if w.is_content][:3])


def missing_quantities(claim: str, evidence: str) -> tuple[Quantity, ...]:
    """The quantities of a cleaned claim that cleaned evidence does not hold."""
    held = read_quantities(evidence)
    return tuple(q for q in read_quantities(claim) if q.text.lower() != "both" and not _holds(q, held, evidence, claim))


def _holds(wanted: Quantity, held: tuple[Quantity, ...], evidence: str, claim: str) -> bool:
    if any(same_quantity(wanted, other) for other in held):
        return True
    if wanted.value == 1 and not wanted.kind and _OTHER.search(claim[wanted.end :]):
        return True
    if wanted.kind == "%" and _AS.match(claim[wanted.end :]):  # half as often is what turns twice as often round
        return any(q.kind == "times" and abs(q.value * wanted.value - 100) < 1 for q in held)
    part = re.match(r"\s+of\b", claim[wanted.end :]) is not None
    rivals = [] if part else [q for q in held if q.kind == wanted.kind and q.counted & wanted.counted]
    if wanted.kind == "ordinal":
        counted = wanted.value == 1 or wanted.value <= max(_list_lengths(evidence), default=0)
        again = wanted.value > 1 and claim[wanted.end :].startswith(" time")
        return again or (counted and not any(q.kind == "ordinal" for q in held))
    if wanted.kind or (wanted.digits and wanted.value > 10) or rivals:
        return False
    if wanted.value == 1:
        return True
    if not (wanted.counted or part):  # "Step 2:" counts nothing
        return False
    return wanted.value <= 10 and wanted.value in _list_lengths(claim if part else evidence)


def same_quantity(wanted: Quantity, other: Quantity) -> bool:
    """Whether a quantity of the evidence is the one that the claim speaks of."""
    if wanted.side * other.side < 0:  # "at least 60%" is not "up to 60%"
        return False
    kinds = {wanted.kind, other.kind}
    dropped = not wanted.kind and wanted.digits and other.kind != "ordinal"
    if len(kinds) == 2 and not dropped and kinds != {"", "times"} and kinds != {"", "money"}:
        return False
    if abs(wanted.value - other.value) <= 1e-9 * max(abs(wanted.value), abs(other.value)):
        return True
    below, above = wanted.slack
    return -below * abs(wanted.value) <= other.value - wanted.value <= above * abs(wanted.value)


@lru_cache(maxsize=1024)
def _list_lengths(text: str) -> frozenset[int]:
    """How many members the lists of a text have: "A, B and C" is 3; a claim may count what the evidence lists."""
    lengths = set()
    for sentence in re.split(r"[.;:](?:\s|$)", text):
        parts = re.split(r",\s+(?!and\b|or\b)", sentence)
        for end, part in enumerate(parts):
            joined = len(re.findall(r",?\s(?:and|or)\s", part))
            if joined:
                lengths |= {back + 2 for back in range(end + 1)} | {joined + 1}
    return frozenset(lengths)
