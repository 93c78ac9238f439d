"""Whether a text is in English, by its letters and its function words."""

from __future__ import annotations

from functools import lru_cache

from rag.text.words import STOPWORDS, words

SHORTEST = 12  # words below which nothing is concluded
SHARE = 0.12  # the share of English function words: abstracts in English hold .25 to .5, other languages under .06


@lru_cache(maxsize=20_000)
def in_english(text: str) -> bool:
    """False where most letters are not Latin, or hardly a word is one of English's function words."""
    letters = [character for character in text if character.isalpha()]
    if sum(character > "\u024f" for character in letters) * 2 > len(letters):
        return False
    spoken = [word for word in words(text) if word.isalpha()]
    return len(spoken) < SHORTEST or _spoken(spoken, 3)


def in_another_language(claim: str, text: str) -> bool:
    """Whether one is in English and the other is not; a short claim is in English by two of its function words."""
    if in_english(text):
        return not in_english(claim)
    return _spoken([word for word in words(claim) if word.isalpha()], 2)


def _spoken(found: list[str], least: int) -> bool:
    """Whether function words are frequent, and not the same few, for other languages have an "a" and a "no" as well."""
    return len(STOPWORDS & set(found)) >= least and sum(word in STOPWORDS for word in found) >= SHARE * len(found)
