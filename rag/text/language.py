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
    return len(spoken) < SHORTEST or sum(word in STOPWORDS for word in spoken) >= SHARE * len(spoken)
