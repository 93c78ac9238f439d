"""The page: sidebar, tabs and evidence put together. A tab more is a file in ``tabs`` and a line in ``build``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from index.errors import CitewellError
from ui.conversation.asking import LONGEST, line_of
from ui.web import evidence as ours
from ui.web import shell as around
from ui.web import sidebar
from ui.web.desk import Door, Seat
from ui.web.escaping import markdown
from ui.web.shell import Shell, Updates
from ui.web.sidebar import Sidebar
from ui.web.tabs import ask, library, models, papers, plan, scores
from ui.web.tabs.ask import AskTab

FOLD = "() => { if (innerWidth < 900) document.querySelector('#sidebar .toggle-button')?.click() }"


def build(door: Door, blocks: gr.Blocks) -> None:
    """All widgets and their events, inside the ``gr.Blocks`` that is open."""
    seat, stamp = gr.State(Seat()), gr.State("")
    with gr.Sidebar(width=290, elem_id="sidebar"):
        bar = sidebar.build(door.store.days, door.workspace.local)
    made: dict[str, gr.Tab] = {}
    with gr.Row(equal_height=False, elem_id="page"):
        with gr.Column(scale=3, min_width=300), gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask") as made["ask"]:
                chat = ask.chatbot()
                with gr.Row(elem_classes="asks"):
                    chooser = ask.chooser()
                    answers = models.choice()
                with gr.Row(elem_classes="asks"):
                    scope = gr.Markdown("Opening the papers …", elem_id="scope")
                    unlimited = gr.Button(
                        "Ask all papers", visible=False, size="sm", scale=0, min_width=130, elem_id="unlimited"
                    )
                question = ask.box()
            with gr.Tab("Papers", id="papers") as made["papers"]:
                papers_tab = papers.build()
            with gr.Tab("Library", id="library") as made["library"]:
                library_tab = library.build()
            with gr.Tab("Models", id="models") as made["models"]:
                models_tab = models.build(answers, door.workspace.local)
            with gr.Tab("Scores", id="scores") as made["scores"]:
                scores_tab = scores.build()
        with gr.Column(scale=2, min_width=300, elem_classes="side"):
            evidence = ours.component(elem_id="evidence")
    shell = Shell(seat, stamp, evidence, scope, unlimited, chooser)
    tab = AskTab(chat, question, bar.listing, bar.title)
    ask.wire(door, shell, tab)
    papers.wire(door, shell, papers_tab)
    library.wire(door, shell, library_tab)
    plan.wire(door, shell, library_tab)
    models.wire(door, seat, models_tab, blocks)
    scores.wire(door, scores_tab, made["scores"])
    sidebar.wire(door, shell, tab, bar)
    around.wire(door, shell, made)
    _start(door, blocks, shell, tab, bar)
    blocks.load(None, None, None, js=FOLD, api_visibility="private")


def _start(door: Door, blocks: gr.Blocks, shell: Shell, tab: AskTab, bar: Sidebar) -> None:
    """When the page is opened: wait for the papers, then show the conversation that its address names."""

    async def start(seat: Seat, request: gr.Request) -> AsyncIterator[Updates]:
        desk = seat.desk(door, request)
        while not door.workspace.readiness.ready:
            now = door.workspace.readiness
            yield {shell.scope: f"**{markdown(line_of(now.failed))}**" if now.failed else f"*{now.doing} …*"}
            if now.failed:
                return
            await asyncio.sleep(0.3)
        key = str(request.query_params.get("c") or "")[:100]
        if key:
            try:
                await asyncio.to_thread(sidebar.fetch, door, seat, desk.person, key)
            except CitewellError as error:
                gr.Warning(line_of(error))
        text = str(request.query_params.get("q") or "")[:LONGEST]
        shown = await asyncio.to_thread(sidebar.opened, door, shell, tab, bar, seat)
        yield {**shown, **({tab.question: text} if text else {})}

    outputs: list[Any] = [
        shell.library, shell.evidence, *shell.above,
        tab.chat, tab.question, bar.listing, bar.title, bar.undo, bar.save,
    ]  # fmt: skip
    blocks.load(start, [shell.seat], outputs, api_visibility="private", show_progress="hidden", concurrency_limit=None)
