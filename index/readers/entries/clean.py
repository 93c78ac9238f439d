"""Text as it goes into an entry: data stays data, only what no store can hold is replaced."""

from __future__ import annotations

import re


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.replace("\x00", "\ufffd").split())


def close(text: str) -> str:
    """The text with a run of white space as one sign, a line's end where it holds one: patterns that begin with white
    space take the square of a run's length.
    """
    return re.sub(r"\s+", lambda run: "\n" if "\n" in run[0] else " ", text).strip()


def tidy(text: str) -> str:
    """The text without space around it; a NUL, which SQLite and C libraries take for the end, becomes U+FFFD."""
    return text.replace("\x00", "\ufffd").strip()


def flowed(text: str) -> str:
    """Wrapped text as it reads: one space for each run of white space, paragraphs kept apart."""
    paragraphs = (one_line(paragraph) for paragraph in re.split(r"\n[^\S\n]*\n", text))
    return "\n\n".join(filter(None, paragraphs))


def unbracketed(title: str) -> str:
    """A title without the brackets in which MEDLINE sets one that it translated."""
    found = re.fullmatch(r"\[([^\[\]]+)\]\.?", title.strip())
    return found[1].strip() if found else title
