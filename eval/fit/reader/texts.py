"""Changes to a text: its content words, shorter, joined with another."""

import random
import re

FUNCTION = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "for",
        "to",
        "from",
        "by",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "can",
        "could",
        "will",
        "would",
        "should",
        "how",
        "what",
        "which",
        "who",
        "whom",
        "whose",
        "when",
        "where",
        "why",
        "whether",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "there",
        "any",
        "some",
        "much",
        "many",
        "than",
        "as",
        "they",
        "their",
        "them",
        "authors",
        "paper",
        "study",
        "work",
        "show",
        "shows",
        "shown",
        "say",
        "said",
        "used",
        "use",
        "using",
        "into",
        "over",
        "between",
    ]
)
OPENERS = frozenset(
    [
        "The",
        "A",
        "An",
        "It",
        "This",
        "These",
        "In",
        "On",
        "By",
        "For",
        "To",
        "With",
        "When",
        "While",
        "Its",
        "Their",
        "As",
        "At",
        "From",
        "After",
        "Under",
    ]
)
JOINTS = (", and ", "; ", ", while ", ". ", ", and ")


def words(text: str) -> list[str]:
    """Return the content words, lower-cased."""
    return [w for w in re.findall(r"[a-z0-9]+", text.lower()) if w not in FUNCTION]


def terse(question: str, rng: random.Random) -> str:
    """Shorten a question to what somebody types into a search box."""
    kept = [w for w in question.rstrip("?").split() if w.lower().strip(",.?") not in FUNCTION]
    short = " ".join(kept).replace(",", "")
    return question if len(kept) < 3 else (short.lower() if rng.random() < 0.6 else short)


def join(first: str, second: str, rng: random.Random) -> str:
    """Put two statements into one sentence (now and then two)."""
    joint = rng.choice(JOINTS)
    head, _, rest = second.partition(" ")
    if joint != ". " and head in OPENERS:
        second = f"{head.lower()} {rest}"
    return first.rstrip(". ") + joint + second
