"""A newcomer's words as the field's papers put them: "chatbot" reads "language model" where no paper says chatbot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from index import Index
from rag.text.words import is_content, words


def translate(question: str, index: Index) -> str:
    """The question with everyday words that no paper holds replaced by terms that some paper holds."""
    spoken = {found.group().casefold() for found in _pattern().finditer(question)}
    if not spoken:
        return question
    held = index.document_frequencies(word for key in spoken for word in (*_content(key), *_content(glossary()[key])))
    terms = {
        key: glossary()[key]
        for key in spoken
        if not any(held[word] for word in _content(key)) and all(held[word] for word in _content(glossary()[key]))
    }
    return _pattern().sub(lambda found: terms.get(found.group().casefold(), found.group()), question)


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, str]:
    """Everyday word or phrase to term, from rag/retrieve/glossary.txt."""
    lines = resources.files("rag.retrieve").joinpath("glossary.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(":") for line in lines if line and not line.startswith("#")]
    return {word.strip(): term.strip() for spoken, term in pairs for word in spoken.split(",")}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(glossary(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


def _content(text: str) -> list[str]:
    return [word for word in words(text) if is_content(word)]
