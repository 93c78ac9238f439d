"""What is done to the exchanges of a conversation on a desk: which one is meant, gone back to, judged, asked again."""

from __future__ import annotations

from typing import Any

from index.schema import Paper
from ui.conversation.libraries import DEMO
from ui.conversation.state import Conversation
from ui.conversation.suggest import short_name
from ui.web.answer import ALONE
from ui.web.desk import Desk, Door, Seat

EXAMPLES = (
    "What is alignment faking?",
    "Which papers deal with hallucination?",
    "How should a model behave when it does not know the answer?",
    "What is the learning rate of AlignScore?",
)


def offered(now: Conversation, text: str) -> tuple[Conversation, str, bool]:
    """What clicking an option asks: its text, or an old question again by itself; the conversation it is asked in."""
    number = text.removeprefix(ALONE)
    if not (text.startswith(ALONE) and number.isdecimal()):
        return now, text, False
    old = now.exchange(int(number))
    return back_to(now, int(number)), old.question if old else "", True


def judged(door: Door, seat: Seat, desk: Desk, number: int, liked: Any) -> None:
    """Keep a thumb, or take it back."""
    exchange = desk.conversation.exchange(number)
    if exchange is None:
        return
    good = True if liked in (True, "Like") else False if liked in (False, "Dislike") else None
    desk = seat.change(lambda now: now.having(now.conversation.judged(number, good)))
    door.feedback.judge(exchange.question, exchange.answer, good=good)
    door.store.judge(desk.person, desk.conversation, number)


def exchange_at(now: Conversation, index: int | tuple[int, int]) -> int:
    """The number of the exchange that a message belongs to, two messages to each; 0 for a question without answer."""
    place = (index[0] if isinstance(index, tuple | list) else index) // 2
    return now.exchanges[place].number if 0 <= place < len(now.exchanges) else 0


def back_to(now: Conversation, number: int) -> Conversation:
    """The conversation as it was before that exchange; 0 is a question without an answer, the last there is."""
    return now.before(number) if number else now


def text_of(value: Any) -> str:
    """The text of an option, an example or a message."""
    if isinstance(value, list):
        return " ".join(text_of(one) for one in value)
    return str(value.get("value") or value.get("text") or "") if isinstance(value, dict) else str(value or "")


def examples(library: str, papers: tuple[Paper, ...]) -> list[dict[str, str]]:
    """Questions to begin with: written ones for the demo papers, else made from titles spread over the library."""
    texts: list[str] = list(EXAMPLES)
    if library != DEMO:
        texts = [f"What does {short_name(one.title)} find?" for one in papers[:: max(1, len(papers) // 3)][:3]]
    return [{"text": one} for one in texts]
