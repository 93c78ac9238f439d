"""What is done to the exchanges of a conversation on a desk: which one is meant, gone back to, judged, asked again."""

from __future__ import annotations

from typing import Any

from index.schema import Paper
from ui.conversation.libraries import DEMO
from ui.conversation.suggest import short_name
from ui.web.answer import ALONE
from ui.web.desk import Desk, Door

EXAMPLES = (
    "What is alignment faking?",
    "Which papers deal with hallucination?",
    "How should a model behave when it does not know the answer?",
    "What is the learning rate of AlignScore?",
)


def offered(desk: Desk, text: str) -> tuple[Desk, str, bool]:
    """What clicking an option asks: its text, or an old question again by itself; the desk it is asked on."""
    number = text.removeprefix(ALONE)
    if not (text.startswith(ALONE) and number.isdecimal()):
        return desk, text, False
    old = desk.conversation.exchange(int(number))
    return back_to(desk, int(number)), old.question if old else "", True


def judged(door: Door, desk: Desk, number: int, liked: Any) -> Desk:
    """Keep a thumb, or take it back."""
    exchange = desk.conversation.exchange(number)
    if exchange is None:
        return desk
    good = True if liked in (True, "Like") else False if liked in (False, "Dislike") else None
    desk = desk.having(desk.conversation.judged(number, good))
    door.feedback.judge(exchange.question, exchange.answer, good=good)
    if desk.conversation.key:
        door.store.judge(desk.person, desk.conversation, number)
    return desk


def exchange_at(desk: Desk, index: int | tuple[int, int]) -> int:
    """The number of the exchange that a message belongs to: there are two messages to each."""
    place = (index[0] if isinstance(index, tuple | list) else index) // 2
    exchanges = desk.conversation.exchanges
    return exchanges[place].number if 0 <= place < len(exchanges) else 0


def back_to(desk: Desk, number: int) -> Desk:
    """The desk with the conversation as it was before that exchange."""
    return desk.having(desk.conversation.before(number)) if number else desk


def text_of(value: Any) -> str:
    """The text of an option, an example or an edited message."""
    return str(value.get("value") or value.get("text") or "") if isinstance(value, dict) else str(value)


def examples(library: str, papers: tuple[Paper, ...]) -> list[dict[str, str]]:
    """Questions to begin with: written ones for the demo papers, else made from titles spread over the library."""
    texts: list[str] = list(EXAMPLES)
    if library != DEMO:
        texts = [f"What does {short_name(one.title)} find?" for one in papers[:: max(1, len(papers) // 3)][:3]]
    return [{"text": one} for one in texts]
