"""What one conversation is: a frozen value. A change makes a new one; nothing is shared between people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.schema import Filter
from rag.schema import Answer

EVERYTHING = Filter()
KEPT = 50  # exchanges of a conversation that are held at once
TITLE = 80  # characters of a title


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer; ``number`` counts from 1 and names it within the conversation; good is the thumb.

    library: the name of the library that was asked. asked_of: a limit that the question was under, in words; "" for
    none. read_as: the question as it was read where it was taken for a follow-up; "" where it was read as it stands.
    """

    number: int
    question: str
    answer: Answer
    seconds: float
    good: bool | None = None
    library: str = ""
    asked_of: str = ""
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges so far and what the next question is asked of.

    key: the name it is kept under; "" before its first question. library: the index that is asked. llm, llm_url,
    verifier: the models by name; "" stands for what the server was started with.
    """

    exchanges: tuple[Exchange, ...] = ()
    where: Filter = EVERYTHING
    library: str = ""
    llm: str = ""
    llm_url: str = ""
    verifier: str = ""
    key: str = ""
    title: str = ""

    def asked(self, exchange: Exchange) -> Conversation:
        """The conversation with one more exchange, and a title if it had none."""
        title = self.title or " ".join(exchange.question.split())[:TITLE]
        return replace(self, exchanges=(*self.exchanges, exchange)[-KEPT:], title=title)

    @property
    def next_number(self) -> int:
        """The number that the next exchange gets."""
        return self.exchanges[-1].number + 1 if self.exchanges else 1

    def before(self, number: int) -> Conversation:
        """The conversation as it was before exchange ``number``: what editing or retrying a question goes back to."""
        return replace(self, exchanges=tuple(one for one in self.exchanges if one.number < number))

    def judged(self, number: int, good: bool | None) -> Conversation:
        """The conversation with a thumb up, a thumb down or none on exchange ``number``."""
        changed = (replace(one, good=good) if one.number == number else one for one in self.exchanges)
        return replace(self, exchanges=tuple(changed))

    def exchange(self, number: int) -> Exchange | None:
        """The exchange of that number."""
        return next((one for one in self.exchanges if one.number == number), None)

    def anew(self) -> Conversation:
        """An empty conversation over the same library with the same models."""
        return replace(self, exchanges=(), where=EVERYTHING, key="", title="")
