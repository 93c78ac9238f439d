"""The Ask tab: the conversation, and above the box what is asked and what answers."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from index.errors import CitewellError
from ui.conversation.asking import LONGEST
from ui.conversation.state import EVERYTHING, Conversation
from ui.web import answer
from ui.web.answering import RESTING, answering
from ui.web.desk import Desk, Door, told
from ui.web.escaping import DELIMITERS
from ui.web.exchanges import back_to, exchange_at, judged, offered, text_of
from ui.web.shell import Shell, Updates, at_rest, library_stamp, scope_updates


@dataclass(frozen=True, slots=True)
class AskTab:
    """The widgets of this tab that others change; the list of conversations stands in the sidebar."""

    chat: gr.Chatbot
    question: gr.Textbox
    listing: gr.Radio


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

    async def asked(desk: Desk, text: str, alone: bool = False) -> AsyncIterator[Updates]:
        async for made in answering(door, desk, text, alone=alone):
            updates: Updates = {chat: made.messages, question: made.box}
            if made.desk is not None:
                updates |= {shell.desk: made.desk, **after(door, shell, tab, made.desk)}
            yield updates

    async def ask(text: str, desk: Desk, request: gr.Request) -> AsyncIterator[Updates]:
        async for updates in asked(desk.of(door, request), text):
            yield updates

    async def again(desk: Desk, request: gr.Request, event: gr.RetryData) -> AsyncIterator[Updates]:
        desk = desk.of(door, request)
        number = exchange_at(desk, event.index)
        old = desk.conversation.exchange(number)
        async for updates in asked(back_to(desk, number), old.question if old else ""):
            yield updates

    async def edited(desk: Desk, request: gr.Request, event: gr.EditData) -> AsyncIterator[Updates]:
        desk = desk.of(door, request)
        async for updates in asked(back_to(desk, exchange_at(desk, event.index)), html.unescape(text_of(event.value))):
            yield updates

    async def chosen(desk: Desk, request: gr.Request, event: gr.SelectData) -> AsyncIterator[Updates]:
        desk, text, alone = offered(desk.of(door, request), text_of(event.value))
        async for updates in asked(desk, text, alone):
            yield updates

    outputs = [shell.desk, chat, question, shell.evidence, tab.listing]
    events = [
        question.submit(ask, [question, shell.desk], outputs, **QUIET),
        chat.retry(again, [shell.desk], outputs, **QUIET),
        chat.edit(edited, [shell.desk], outputs, **QUIET),
        chat.option_select(chosen, [shell.desk], outputs, **QUIET),
        chat.example_select(chosen, [shell.desk], outputs, **QUIET),
    ]
    question.stop(stopped, [shell.desk, chat], [chat, question], cancels=events, **QUIET)


def _wire_answers(door: Door, shell: Shell, tab: AskTab) -> None:
    """What is done to an answer: taken back, judged."""

    def undo(desk: Desk, request: gr.Request, event: gr.UndoData) -> Updates:
        desk = desk.of(door, request)
        return undone(door, shell, tab, desk, exchange_at(desk, event.index))

    def judge(desk: Desk, request: gr.Request, event: gr.LikeData) -> Desk:
        desk = desk.of(door, request)
        return judged(door, desk, exchange_at(desk, event.index), event.liked)

    outputs = [shell.desk, tab.chat, tab.question, shell.evidence, tab.listing]
    tab.chat.undo(undo, [shell.desk], outputs, **QUIET)
    tab.chat.like(judge, [shell.desk], [shell.desk], **QUIET)


def _wire_scope(door: Door, shell: Shell) -> None:
    """Which papers are asked: another library, all of them again."""

    def unlimit(desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        desk = desk.having(replace(desk.conversation, where=EVERYTHING))
        return {shell.desk: desk, **scope_updates(door, shell, desk)}

    def choose(name: str, desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        now = replace(desk.conversation, library=str(name or ""), where=EVERYTHING)
        try:
            door.workspace.index(now)
        except CitewellError as error:
            raise told(error) from error
        desk = desk.having(now)
        stamp: Updates = {shell.library: library_stamp(door, desk), shell.evidence: at_rest(door, desk)}
        return {shell.desk: desk, **stamp, **scope_updates(door, shell, desk)}

    went = [shell.desk, shell.library, shell.evidence, *shell.above]
    shell.chooser.input(choose, [shell.chooser, shell.desk], went, **QUIET)
    shell.unlimited.click(unlimit, [shell.desk], [shell.desk, *shell.above], **QUIET)


def after(door: Door, shell: Shell, tab: AskTab, desk: Desk) -> Updates:
    """What follows a change of the conversation: its evidence and its line in the list."""
    thumbs = conversation_updates(tab, desk.conversation)
    return {**thumbs, shell.evidence: at_rest(door, desk), tab.listing: listing(door, desk)}


def stopped(desk: Desk, shown: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Leave what was answered before, the question that was stopped, and a note."""
    kept = answer.messages(desk.conversation)
    begun = shown[len(kept) : len(kept) + 1]
    return [*kept, *begun, *([answer.said("*Stopped.*")] if begun else [])], RESTING


def undone(door: Door, shell: Shell, tab: AskTab, desk: Desk, number: int) -> Updates:
    """Take an exchange and what came after it back; its question returns to the box."""
    old = desk.conversation.exchange(number)
    if old is None:
        return {shell.desk: desk}
    desk = back_to(desk, number)
    if desk.conversation.key:
        door.store.cut(desk.person, desk.conversation, number)
    box_again = {tab.question: gr.update(value=old.question)}
    return {shell.desk: desk, **after(door, shell, tab, desk), **box_again}


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
