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


SIGN = "[?]"  # behind a sentence of a model that is not checked
UNSAID = "it says what the abstracts do not state"  # the note of such a sentence: it claims nothing of them


def marked(sentences: tuple[Sentence, ...]) -> str:
    """Sentences as running text with their markers, each behind its layout: "A does B [1]. C follows [2].\""""
    parts = [(sentence.lead or " ") + _marked(sentence) for sentence in sentences]
    return "".join(parts).strip()


def _marked(sentence: Sentence) -> str:
    """A sentence with its markers before its last stop; in a row of a table, in its last cell."""
    markers = "".join(f"[{marker}]" for marker in sentence.markers)
    markers += SIGN if sentence.verdict != "supported" and sentence.note != UNSAID else ""
    text = sentence.text.rstrip()
    if not markers:
        return text
    end = " |" if text.endswith(" |") else text[-1:] if text[-1:] in ".!?:" else ""
    return f"{text.removesuffix(end)} {markers}{end}"
