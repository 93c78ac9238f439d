"""Words, stems and names of a text: what a question and a sentence are compared by besides their vectors."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[^\s()\[\]{},;:?!\"“”‘’`|=]+")
_NUMBER = re.compile(r"(?<![A-Za-z\d.-])\d[\d,]*(?:\.\d+)?(?:\s?\\?%|[kKMBx×]\b)?")

_STOPWORDS = """
a about above according after again against all also am among an and another any anybody anyone anything are aren
as at away back be became because become been before behind being below between both but by came can cannot come
could couldn d did didn do does doesn doing don done down during each either else ever every everything exactly few
for from further gave get gets give given gives go goes going good got had hadn has hasn have haven having he her
here hers him his how however i if in instead into is isn it its itself just let like ll look m made make makes
making many may me mean means meant might more most much must my name need needs neither new no nor not now o of
off on once one ones only onto or other others our out over own per please put quite rather re really s said same
say says see shall she should shouldn show since so some somebody someone something still such t take takes tell
than that the their them themselves then there these they thing things this those though through thus to together
too towards two under until up upon us use used uses using ve very via want was wasn way we well went were weren
what whatever when where whether which while who whom whose why will with within without won would wouldn yet you
your explain describe define call called happen happens kind sort vs briefly detail details idea ideas main
"""
STOPWORDS = frozenset(_STOPWORDS.split())
_SCHOLARLY = """
paper papers author authors work works study studies article articles research researchers approach approaches
method methods propose proposed proposes people team collection publication abstract
"""
SCHOLARLY = frozenset(_SCHOLARLY.split())


def words(text: str) -> list[str]:
    """The words of a text in order, lower case: runs of letters and digits, as the lexical index cuts them."""
    return [found.group().casefold() for found in _WORD.finditer(text)]


@lru_cache(maxsize=1)
def _stemmer() -> object:
    import Stemmer

    return Stemmer.Stemmer("porter")


@lru_cache(maxsize=131072)
def stem(word: str) -> str:
    """The English stem of a lower-case word."""
    return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


def is_content(word: str) -> bool:
    """Whether a lower-case word carries meaning of its own."""
    return word not in STOPWORDS and word not in SCHOLARLY and (len(word) > 1 or word.isdigit())


def content(text: str) -> dict[str, str]:
    """The distinct words that carry meaning, in order of appearance: stem to word."""
    found: dict[str, str] = {}
    for word in words(text):
        if is_content(word):
            found.setdefault(stem(word), word)
    return found


def stems(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(stem(word) for word in words(text))


def names(text: str) -> frozenset[str]:
    """What looks like a proper name of a method, model, data set or metric: "ADPA", "GPT-4o", "mBLIP", "D^2O"."""
    found = set()
    for match in _TOKEN.finditer(text):
        if match.group().islower():  # most words: no capital, no name
            continue
        token = match.group().strip(".'*-/$").removesuffix("'s").removesuffix("’s")
        letters = [c for c in token if c.isalpha()]
        capitals = sum(c.isupper() for c in letters)
        if len(token) < 2 or not letters or "/" in token or "http" in token:
            continue
        inner = any(c.isupper() for c in token[1:])
        if (inner and capitals >= 1) or (letters and any(c.isdigit() for c in token) and capitals):
            found.add(token.casefold())
    return frozenset(found)


def numbers(text: str) -> tuple[str, ...]:
    """The figures of a text: "14%", "1.4", "200k", "12,000"; not the digits inside a name such as GPT-4."""
    return tuple(found.group() for found in _NUMBER.finditer(text))
