"""A text as the checks see it: cleaned, cut into words with stems, and into clauses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set: how the lists of words in these files are written."""
    return frozenset(text.split())


STOPWORDS = word_set(
    """
    a about above after all also am among an and any are as at be because been before being below between both but
    by can could did do does doing done down during each either else ever few for from further get gets give given
    had has have having he her here hers him his how however i if in indeed instead into is it its itself just let
    like made make makes many may me might more most much must my namely neither no nor not now of off on once only
    onto or other others our out over own per rather really s same say says she should since so some such t than
    that the their them themselves then there thereby therefore these they this those though through thus to too
    toward towards under until up upon us very via was we well were what when where whether which while who whom
    whose why will with within without would yet you your author authors paper work study called known name named
    well-known even already still according report reports reported state states stated find finds found show shows
    shown describe describes described mention mentions mentioned whereas although unlike despite one ones
    """
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?\d*")
_MARKUP = re.compile(r"\[(?:\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]|[*`\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\$]")
_LATEX = {"sim": "~", "approx": "~", "times": "×", "pm": "±"}
_COMMAND = re.compile(rf"\\({'|'.join(_LATEX)})(?![A-Za-z])")
_CLAUSE_END = re.compile(
    r"[.;:!?](?=\s|$)|,\s|\s[–—-]\s|\s\(|\)|"
    r"\b(?:but|while|whereas|although|though|because|since|which|who|whose|unless|whilst|after|before|so that)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: lower case, its stem, where it stands, the number of its clause.

    named: whether it looks like a part of a name or a figure: a digit, or a capital that opens no sentence.
    """

    lower: str
    stem: str
    start: int
    end: int
    clause: int
    named: bool = False

    @property
    def is_content(self) -> bool:
        """Whether the word carries meaning of its own."""
        return self.lower not in STOPWORDS


def clean(text: str) -> str:
    """The text in one Unicode form, without citation markers, Markdown and LaTeX signs and invisible characters."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    text = _COMMAND.sub(lambda found: _LATEX[found[1]], text)
    return re.sub(r"\s+", " ", _MARKUP.sub("", text)).strip()


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=131072)
def stem(word: str) -> str:
    """The English stem of a lower-case word."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=4096)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a cleaned text in order; hyphenated words are cut at the hyphen."""
    breaks = [found.start() for found in _CLAUSE_END.finditer(text)]
    words = []
    clause = 0
    for found in _WORD.finditer(text):
        while clause < len(breaks) and breaks[clause] <= found.start():
            clause += 1
        lower = found.group().casefold()
        lower = lower.removesuffix("'s")
        raw = found.group()
        named = raw[0].isdigit() or any(c.isupper() for c in raw[1:]) or (raw[0].isupper() and found.start() > 0)
        words.append(Word(lower, stem(lower), found.start(), found.end(), clause, named))
    return tuple(words)


def content_stems(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return frozenset(word.stem for word in read_words(text) if word.is_content)
