"""What a composer hands over: sentences with citations, before the answer is sealed with its receipt."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.schema import ScoredChunk
from rag.schema import Citation, Outcome, Sentence, Table, Usage

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in the making. prompt: the exact text that a model was given; empty without a model.

    contexts: what the model saw; None where the retrieved chunks are that.
    """

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    outcome: Outcome = "answered"
    reason: str | None = None
    text: str | None = None
    unknown_markers: tuple[str, ...] = ()
    model: str = EXTRACTIVE
    usage: Usage = field(default_factory=Usage)
    prompt: str = ""
    contexts: tuple[ScoredChunk, ...] | None = None
    more: tuple[Sentence, ...] = ()
    more_citations: tuple[Citation, ...] = ()
    table: Table | None = None


def marked(sentences: tuple[Sentence, ...]) -> str:
    """Sentences as running text with their markers: "A does B [1]. C follows [2].\""""
    return " ".join(_marked(sentence) for sentence in sentences)


def _marked(sentence: Sentence) -> str:
    markers = "".join(f"[{marker}]" for marker in sentence.markers)
    text = sentence.text.rstrip()
    if not markers:
        return text
    end = text[-1:] if text[-1:] in ".!?" else ""
    return f"{text.removesuffix(end)} {markers}{end}"
