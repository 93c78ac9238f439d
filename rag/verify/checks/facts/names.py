"""Names: every method, model, data set and acronym of a claim must stand in the evidence or in the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.verify.checks.words import STOPWORDS, read_words, stem, word_set

_TOKEN = re.compile(r"[^\s()\[\]{},;:?!\"“”`|=…]+")
_SIZE = re.compile(
    r"[~<>≥≤±+-]?\d[\d.,]*(?:%|[kKMBTx×]|[munµ]?s|hz|GB|MB|TB|h)?(?:[-–]\d[\d.,]*(?:%|[kKMBTx×])?)?", re.IGNORECASE
)
_PARTS = re.compile(r"[-‐–/^+_&@']+")
_OPENS = re.compile(r"(?:^|[.!?:]\s+|[\"“(]\s*)$")
# Families of models that look like any other word where a sentence opens.
_FAMILIES = word_set(
    "alpaca bard bloom claude falcon gemini gemma grok llama mistral mixtral orca qwen tulu vicuna yi zephyr"
)
_VERSION = re.compile(r"v(\d)")  # "SD v1.5" is "SD 1.5"
_ROMAN = re.compile(r"[ivx]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A token that looks like a name. strict: its very shape says so (capitals inside, digits), not only its place."""

    text: str
    key: str
    start: int
    strict: bool


def key_of(token: str) -> str:
    """A token without case, hyphens and plural: "LLMs", "LLM's" and "llm" are one."""
    token = re.sub(r"'s$|s'$", "", token)
    key = re.sub(r"[\W_]", "", token.casefold()) or token.casefold()
    return key + "+" if token.endswith("+") else key


@lru_cache(maxsize=4096)
def read_names(text: str) -> tuple[Name, ...]:
    """The names of a cleaned text in order."""
    words = [found for found in _TOKEN.finditer(text)]
    capitals = sum(w.group()[0].isupper() for w in words)
    headline = len(words) > 3 and capitals > 0.7 * len(words)
    found: list[Name] = []
    for match in words:
        token = match.group().strip(".'*-/–\"")
        if not token or _SIZE.fullmatch(token) or not any(c.isalpha() for c in token):
            continue
        opens = bool(_OPENS.search(text[: match.start()]))
        whole = any(c.isdigit() for c in token)
        for piece in [_bare(token)] if whole else _PARTS.split(token):
            if _SIZE.fullmatch(piece):
                continue
            strict = _strict(piece)
            ordinary = (opens or headline) and piece.lower() not in _FAMILIES
            placed = piece[:1].isupper() and len(piece) > 1 and not ordinary
            if (strict or placed) and piece.casefold() not in STOPWORDS:
                found.append(Name(piece, key_of(piece), match.start(), strict))
            opens = False
    return tuple(found)


def _bare(token: str) -> str:
    """A name with digits without the ordinary words that hyphens tie to it: "GPT-4-based" is "GPT-4"."""
    return re.sub(r"^(?:[a-z]{3,}-)+|(?:-[a-z]{3,})+$", "", token)


def _strict(token: str) -> bool:
    letters = [c for c in re.sub(r"'s$|s'$|s$", "", token) if c.isalpha()]
    if any(c.isdigit() for c in token):
        return any(c.isupper() for c in letters)
    return len(letters) > 1 and any(c.isupper() for c in letters[1:])


def missing_names(claim: str, evidence: str) -> tuple[Name, ...]:
    """The names of a cleaned claim that cleaned evidence, title included, neither holds nor expands nor abbreviates."""
    keys = _keys(evidence)
    covered = _spelled_out(claim, evidence)
    return tuple(
        name
        for name in read_names(claim)
        if not (_held(name, keys) or name.start in covered or _expanded(name, evidence))
    )


def _held(name: Name, keys: frozenset[str]) -> bool:
    if (
        _VERSION.sub(r"\1", name.key) in keys
        or name.key in keys
        or stem(name.key) in keys
        or stem(name.key.rstrip("s")) in keys
    ):
        return True
    parts = [key_of(part) for part in _PARTS.split(name.text) if part]
    return (
        len(parts) > 1
        and all(part in keys for part in parts)
        and not any(p.isdigit() or _ROMAN.fullmatch(p) for p in parts)
    )


@lru_cache(maxsize=4096)
def _keys(text: str) -> frozenset[str]:
    """Every token of a text as a key: whole, in parts, stemmed, and joined with up to three that follow."""
    tokens = [match.group().strip(".'*-/–\"") for match in _TOKEN.finditer(text)]
    parts = [part for token in tokens for part in _PARTS.split(token) if part]
    keys = {key_of(token) for token in tokens} | {key_of(part) for part in parts}
    keys |= {_VERSION.sub(r"\1", key) for key in keys}
    keys |= {stem(key) for key in keys} | {stem(key.rstrip("s")) for key in keys}
    for sequence in (tokens, parts):
        for length in (2, 3, 4):
            keys |= {key_of("".join(sequence[i : i + length])) for i in range(len(sequence) - length + 1)}
    return frozenset(keys)


def _initials(text: str) -> list[tuple[str, int]]:
    return [(word.lower[0], word.start) for word in read_words(text)]


def _letters(token: str) -> str:
    token = token.removesuffix("'s").removesuffix("s").replace("2", "t").replace("4", "f")
    return re.sub(r"[^a-z]", "", token.casefold())


@lru_cache(maxsize=1024)
def _initial_strings(text: str) -> tuple[str, str]:
    """The initials of a text's words, with and without its small words."""
    words = read_words(text)
    return "".join(w.lower[0] for w in words), "".join(w.lower[0] for w in words if w.lower not in STOPWORDS)


def _expanded(name: Name, evidence: str) -> bool:
    """Whether an acronym of the claim is spelled out in the evidence: "LLM", and "large language models" there."""
    letters = _letters(name.text)
    if not 2 <= len(letters) <= 6 or not name.strict or re.search(r"[013-9]|-", name.text):
        return False
    return any(letters in initials for initials in _initial_strings(evidence))


def _spelled_out(claim: str, evidence: str) -> frozenset[int]:
    """Where words of the claim spell out an acronym of the evidence: "Small Language Models", and "SLM" there."""
    acronyms = {_letters(name.text) for name in read_names(evidence) if name.strict and _letters(name.text)}
    acronyms = {letters for letters in acronyms if 2 <= len(letters) <= 6}
    covered: set[int] = set()
    for pairs in (_initials(claim), [(w.lower[0], w.start) for w in read_words(claim) if w.lower not in STOPWORDS]):
        line = "".join(letter for letter, _ in pairs)
        for letters in acronyms:
            at = line.find(letters)
            while at >= 0:
                covered |= {start for _, start in pairs[at : at + len(letters)]}
                at = line.find(letters, at + 1)
    return frozenset(covered)
