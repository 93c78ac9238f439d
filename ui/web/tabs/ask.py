"""The Ask tab: the conversation, and above the box what is asked and what answers."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from ui.conversation.asking import LONGEST
from ui.conversation.state import EVERYTHING, Conversation
from ui.web import answer
from ui.web.answering import RESTING, answering
from ui.web.desk import Desk, Door, Seat
from ui.web.escaping import DELIMITERS
from ui.web.exchanges import back_to, exchange_at, judged, offered, text_of
from ui.web.shell import Shell, Updates, asked_now, at_rest, opens, scope_updates


@dataclass(frozen=True, slots=True)
class AskTab:
    """The widgets of this tab that others change; the list of conversations and the title stand in the sidebar."""

    chat: gr.Chatbot
    question: gr.Textbox
    listing: gr.Radio
    title: gr.Textbox


def chatbot() -> gr.Chatbot:
    """The conversation; Gradio's sanitizer stays on beside our own escaping."""
    return gr.Chatbot(
        label="Conversation", show_label=False, elem_id="chat", height="100%", buttons=["copy"], editable="user",
        sanitize_html=True, latex_delimiters=DELIMITERS, layout="panel", feedback_options=("Like", "Dislike"),
        autoscroll=False,  # the evidence's script has the question at the top, its answer below
        placeholder="### Ask your papers\nEvery sentence of the answer is cited, and opens at the very words.",
    )  # fmt: skip


def chooser() -> gr.Dropdown:
    """The library that is asked."""
    return gr.Dropdown([], label="Library", show_label=True, elem_id="asked", min_width=120, scale=2)


def box() -> gr.Textbox:
    """The box for the question."""
    return gr.Textbox(
        label="Question", show_label=False, placeholder="Ask your papers …", elem_id="question", autofocus=True,
        lines=1, max_lines=6, submit_btn=True, stop_btn=False, max_length=LONGEST,
    )  # fmt: skip


def wire(door: Door, shell: Shell, tab: AskTab) -> None:
    """What the events of the conversation do."""
    _wire_questions(door, shell, tab)
    _wire_answers(door, shell, tab)
    _wire_scope(door, shell)


QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}


def _wire_questions(door: Door, shell: Shell, tab: AskTab) -> None:
    """Every way to ask: the box, an example, a suggestion, the same again, an edited question; and to stop."""
    chat, question = tab.chat, tab.question

    async def asked(seat: Seat, now: Conversation, text: str, alone: bool = False) -> AsyncIterator[Updates]:
        begun_at = seat.now.address
        async for made in answering(door, seat, now, text, alone=alone):
            updates: Updates = {chat: made.messages, question: made.box}
            if made.whole and made.here:
                reading = seat.now.address != begun_at and opens(seat.now.address)  # a paper opened meanwhile stays
                updates |= after(door, shell, tab, seat.now)
                updates |= {shell.evidence: gr.skip()} if reading else {}
                updates |= {} if now.title else {tab.title: seat.now.conversation.title}
            elif made.whole:
                updates[tab.listing] = listing(door, seat.now)
            yield updates

    async def ask(text: str, seat: Seat, request: gr.Request) -> AsyncIterator[Updates]:
        async for updates in asked(seat, seat.desk(door, request).conversation, text):
            yield updates

    async def again(seat: Seat, request: gr.Request, event: gr.RetryData) -> AsyncIterator[Updates]:
        now = seat.desk(door, request).conversation
        number = exchange_at(now, event.index)
        old = now.exchange(number)
        async for updates in asked(seat, back_to(now, number), old.question if old else written(event.value)):
            yield updates

    async def edited(seat: Seat, request: gr.Request, event: gr.EditData) -> AsyncIterator[Updates]:
        now = seat.desk(door, request).conversation
        async for updates in asked(seat, back_to(now, exchange_at(now, event.index)), written(event.value)):
            yield updates

    async def chosen(seat: Seat, request: gr.Request, event: gr.SelectData) -> AsyncIterator[Updates]:
        now, text, alone = offered(seat.desk(door, request).conversation, text_of(event.value))
        async for updates in asked(seat, now, text, alone):
            yield updates

    async def stop(seat: Seat, request: gr.Request) -> None:
        seat.stop(seat.desk(door, request).conversation.key)

    outputs = [chat, question, shell.evidence, tab.listing, tab.title]
    asks: dict[str, Any] = {**QUIET, "trigger_mode": "multiple"}  # a newer question takes the place of the older
    # the box is emptied at once, by the page itself: with an answer's first state it may come too late, or not at all
    sent = gr.Textbox(visible=False)
    emptied = question.submit(None, [question], [question, sent], js="(text) => ['', text]", **asks)
    emptied.then(ask, [sent, shell.seat], outputs, **asks)
    chat.retry(again, [shell.seat], outputs, **asks)
    chat.edit(edited, [shell.seat], outputs, **asks)
    chat.option_select(chosen, [shell.seat], outputs, **asks)
    chat.example_select(chosen, [shell.seat], outputs, **asks)
    question.stop(stop, [shell.seat], None, **QUIET)


def _wire_answers(door: Door, shell: Shell, tab: AskTab) -> None:
    """What is done to an answer: taken back, judged."""

    def undo(seat: Seat, request: gr.Request, event: gr.UndoData) -> Updates:
        number = exchange_at(seat.desk(door, request).conversation, event.index)
        return undone(door, shell, tab, seat, number, written(event.value))

    def judge(seat: Seat, request: gr.Request, event: gr.LikeData) -> None:
        desk = seat.desk(door, request)
        judged(door, seat, desk, exchange_at(desk.conversation, event.index), event.liked)

    outputs = [tab.chat, tab.question, shell.evidence, tab.listing]
    tab.chat.undo(undo, [shell.seat], outputs, **QUIET)
    tab.chat.like(judge, [shell.seat], None, **QUIET)


def _wire_scope(door: Door, shell: Shell) -> None:
    """Which papers are asked: another library, all of them again."""

    def unlimit(seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        return scope_updates(door, shell, seat.choose(where=EVERYTHING))

    def choose(name: str, seat: Seat, request: gr.Request) -> Updates:
        chosen = str(name or "")
        door.workspace.index(replace(seat.desk(door, request).conversation, library=chosen))
        return asked_now(door, shell, seat.choose(library=chosen, where=EVERYTHING))

    latest: dict[str, Any] = {**QUIET, "trigger_mode": "always_last"}
    shell.chooser.input(choose, [shell.chooser, shell.seat], [shell.library, shell.evidence, *shell.above], **latest)
    shell.unlimited.click(unlimit, [shell.seat], [*shell.above], **QUIET)


def after(door: Door, shell: Shell, tab: AskTab, desk: Desk) -> Updates:
    """What follows a change of the conversation: its evidence and its line in the list."""
    thumbs = conversation_updates(tab, desk.conversation)
    return {**thumbs, shell.evidence: at_rest(door, desk), tab.listing: listing(door, desk)}


def written(message: Any) -> str:
    """What the reader wrote, of a message as the Chatbot holds it."""
    return html.unescape(text_of(message))


def undone(door: Door, shell: Shell, tab: AskTab, seat: Seat, number: int, text: str) -> Updates:
    """Take an exchange and what came after it back; its question returns to the box.

    number: 0 for a question that has no answer; text is its own.
    """
    key = seat.now.conversation.key
    seat.drop(key)
    old = seat.now.conversation.exchange(number)
    desk = seat.change(lambda now: now.having(back_to(now.conversation, number)))
    if old is not None:
        door.store.cut(desk.person, desk.conversation, number)
    return {**after(door, shell, tab, desk), tab.question: {**RESTING, "value": old.question if old else text}}


def conversation_updates(tab: AskTab, now: Conversation) -> Updates:
    """The conversation as the Chatbot shows it, thumbs included."""
    thumbs = {True: "Like", False: "Dislike", None: None}
    given = [thumbs[one.good] for one in now.exchanges]
    return {tab.chat: gr.update(value=answer.messages(now), feedback_value=given)}


def listing(door: Door, desk: Desk, words: str = "") -> Any:
    """The list of conversations, the present one marked."""
    found = door.store.listed(desk.person, words)
    here = desk.conversation.key
    value = here if any(one.key == here for one in found) else None
    return gr.update(choices=[(one.title, one.key) for one in found], value=value)
