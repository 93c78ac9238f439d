"""What an answer reports while it is being made."""

from __future__ import annotations

from dataclasses import dataclass

from rag.schema import Answer, Citation, Sentence


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the work has begun, such as "retrieve", "compose" or "verify"."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sentence as far as the model has written it; not verified yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that is finished and checked, with the citations that it brings in."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer; always the last event."""

    answer: Answer


Event = Stage | Pending | Verified | Finished
