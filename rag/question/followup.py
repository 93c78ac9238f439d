"""What a second question borrows from the first: a pronoun that has its referent there, and what to put before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.schema import Answer
from rag.text.words import is_content, words

LOOK_BACK = 4  # how many turns a chain of follow-ups is traced
_PRONOUNS = frozenset(
    ["it", "its", "itself", "they", "them", "their", "theirs", "he", "she", "his", "her", "him", "former", "latter"]
)
_POINTERS = frozenset(["this", "that", "these", "those"])
_ASKING = frozenset(["what", "which", "whose", "how", "whats"])
_EMPTY = re.compile(r"\b(?:is|was|be|makes?) it (?:\w+ ){0,3}(?:to|that|if|whether)\b|\btime is it\b", re.IGNORECASE)
_AUXILIARIES = frozenset(
    ["do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "can", "could", "will", "would", "should"]
)
_GENERIC = re.compile(
    r"\bthe (?:paper|authors?|method|model|approach|work|study|data ?set|benchmark|algorithm|framework|same)\b"
    r"(?! (?:of|for|that|on|by|in)\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:and|so|but|also|then|ok|okay|what about|how about|why not|compared)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:?!]|\band\b|[.–-]\s")


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; answer is None where only the question is known."""

    question: str
    answer: Answer | None = None


def borrowed(question: str) -> tuple[float, float, float]:
    """Whether a pronoun stands before all that it could mean; a mere "the method"; an opening such as "and"."""
    return (
        float(_dangling(question)),
        float(_GENERIC.search(question) is not None),
        float(_OPENING.search(question) is not None),
    )


def _dangling(question: str) -> bool:
    """A pronoun before any noun that it could stand for.

    What is asked for ("what data does it use") is no referent within its clause, nor is the verb before an object.
    """
    known = 0
    for clause in _CLAUSE.split(_EMPTY.sub(" ", question).casefold()):
        tokens = words(clause)
        asking, nouns = False, 0
        for place, word in enumerate(tokens):
            before = tokens[place - 1] if place else ""
            last = place == len(tokens) - 1
            pointer = word in _POINTERS and (last or not (is_content(before) or before == "so"))
            if word in _PRONOUNS or pointer:
                if known + nouns - is_content(before) <= 0:
                    return True
            elif asking and word in _AUXILIARIES:
                asking, nouns = False, 0
            else:
                asking = asking or word in _ASKING
                nouns += is_content(word) and word not in _ASKING
        known += sum(is_content(word) for word in tokens)
    return False


def join(question: str, history: Sequence[Turn]) -> str:
    """The question after what the turns before were about: their questions, and the paper that each cites most."""
    return " ".join([*(_about(turn) for turn in history), question])


def told(question: str, history: Sequence[Turn]) -> str:
    """How a follow-up was read, in words for the reader."""
    turn = history[-1]
    titles = [citation.title for citation in turn.answer.citations] if turn.answer else []
    subject = max(dict.fromkeys(titles), key=titles.count) if titles else turn.question
    return f"{question} (about “{subject}”)"


def _about(turn: Turn) -> str:
    if turn.answer is None or not turn.answer.citations:
        return turn.question
    titles = [citation.title for citation in turn.answer.citations]
    return f"{turn.question} {max(dict.fromkeys(titles), key=titles.count)}"
