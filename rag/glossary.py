"""A newcomer's words as the field's papers put them: "chatbot" reads "language model" where no paper says chatbot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from index import Index
from rag.text import is_content, words

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def translate(question: str, index: Index) -> str:
    """The question with everyday words that no paper holds replaced by terms that some paper holds."""
    spoken = {found.group().casefold() for found in _WORD.finditer(question)} & glossary().keys()
    if not spoken:
        return question
    wanted = {part for word in spoken for part in words(glossary()[word]) if is_content(part)}
    held = index.document_frequencies((*spoken, *wanted))
    terms = {
        word: glossary()[word]
        for word in spoken
        if not held[word] and all(held[part] for part in words(glossary()[word]) if is_content(part))
    }
    return _WORD.sub(lambda found: terms.get(found.group().casefold(), found.group()), question)


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, str]:
    """Everyday word to term, from rag/glossary.txt."""
    lines = resources.files("rag").joinpath("glossary.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(":") for line in lines if line and not line.startswith("#")]
    return {word.strip(): term.strip() for spoken, term in pairs for word in spoken.split(",")}
