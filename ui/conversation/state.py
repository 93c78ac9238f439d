"""What one browser's conversation is: a frozen value. A change makes a new one; nothing is shared between people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.schema import Filter
from rag.schema import Answer

EVERYTHING = Filter()
KEPT = 50  # exchanges kept of a conversation


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer; ``number`` counts from 1 and names it within the conversation; good is the thumb."""

    number: int
    question: str
    answer: Answer
    seconds: float
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges so far and what the next question is asked of.

    library: the index that is asked. llm, verifier: names; "" stands for what the server was started with.
    """

    exchanges: tuple[Exchange, ...] = ()
    where: Filter = EVERYTHING
    library: str = ""
    llm: str = ""
    verifier: str = ""

    def asked(self, question: str, answer: Answer, seconds: float) -> Conversation:
        """The conversation with one more exchange."""
        number = self.exchanges[-1].number + 1 if self.exchanges else 1
        return replace(self, exchanges=(*self.exchanges, Exchange(number, question, answer, seconds))[-KEPT:])

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
