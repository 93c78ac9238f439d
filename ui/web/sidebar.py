"""The sidebar: the conversations kept on this machine; a new one, search, rename, export, delete and undo."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from ui.conversation.asking import whole
from ui.conversation.export import CONVERSATIONS, REFERENCES, export
from ui.web.answering import RESTING, RUNNING
from ui.web.desk import Desk, Door, Seat
from ui.web.exchanges import examples
from ui.web.shell import Shell, Updates, at_rest, library_stamp, scope_updates
from ui.web.tabs.ask import AskTab, conversation_updates, listing

FORMATS = {
    "html": "One HTML file, to share",
    "markdown": "Markdown",
    "json": "JSON",
    "bibtex": "Cited papers as BibTeX",
    "ris": "Cited papers as RIS",
    "csl-json": "Cited papers as CSL-JSON",
}
ADDRESS = "(key) => { history.replaceState(null, '', (key ? '?c=' + encodeURIComponent(key) : location.pathname)) }"


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The widgets of the sidebar."""

    new: gr.Button
    words: gr.Textbox
    listing: gr.Radio
    title: gr.Textbox
    kind: gr.Dropdown
    save: gr.DownloadButton
    delete: gr.Button
    undo: gr.Button


def build(days: float, kept: bool) -> Sidebar:
    """Its widgets. kept: whether conversations outlive the browser tab."""
    where = f"kept on this machine for {days:.0f} days" if kept else "kept for this browser tab only"
    gr.Markdown("# citewell", elem_id="brand")
    new = gr.Button("+ New conversation", variant="primary", elem_id="new")
    words = gr.Textbox(label="Search conversations", placeholder="Search …", show_label=False, elem_id="find")
    chosen = gr.Radio([], label="Conversations", info=f"Yours, {where}", elem_id="conversations")
    with gr.Accordion("This conversation", open=False, elem_id="this"):
        title = gr.Textbox(label="Title", submit_btn="Rename", elem_id="title")
        choices = [(label, kind) for kind, label in FORMATS.items() if kind in (*CONVERSATIONS, *REFERENCES)]
        kind = gr.Dropdown(choices, value=None, label="Export as", elem_id="export")
        save = gr.DownloadButton("Save the file", visible=False, elem_id="save")
        delete = gr.Button("Delete", variant="stop", elem_id="delete")
    undo = gr.Button("Undo the deletion", visible=False, elem_id="undelete")
    return Sidebar(new, words, chosen, title, kind, save, delete, undo)


def wire(door: Door, shell: Shell, tab: AskTab, bar: Sidebar) -> None:
    """What its events do."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    outputs = [
        shell.library, shell.evidence, *shell.above,
        tab.chat, tab.question, bar.listing, bar.title, bar.undo, bar.save,
    ]  # fmt: skip

    def fresh(seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        seat.change(lambda now: now.having(now.conversation.anew()))
        return opened(door, shell, tab, bar, seat)

    def open_(key: str, seat: Seat, request: gr.Request) -> Updates:
        fetch(door, seat, seat.desk(door, request).person, key)
        return opened(door, shell, tab, bar, seat)

    def search(words: str, seat: Seat, request: gr.Request) -> Any:
        return listing(door, seat.desk(door, request), (words or "")[:200])

    def rename(title: str, seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        desk = seat.rename(door, whole(title or ""))
        return {bar.title: desk.conversation.title, bar.listing: listing(door, desk)}

    def delete(seat: Seat, request: gr.Request) -> Updates:
        seat.drop(seat.desk(door, request).conversation.key)
        gone = seat.now.conversation
        if gone.exchanges:
            door.store.delete(seat.now.person, gone.key)
            seat.change(lambda now: replace(now, deleted=gone.key))
        seat.change(lambda now: now.having(gone.anew()))
        return opened(door, shell, tab, bar, seat)

    def restore(seat: Seat, request: gr.Request) -> Updates:
        desk = seat.desk(door, request)
        door.store.restore(desk.person, desk.deleted)
        fetch(door, seat, desk.person, desk.deleted)
        seat.change(lambda now: replace(now, deleted=""))
        return opened(door, shell, tab, bar, seat)

    def exported(kind: str, seat: Seat, request: gr.Request) -> Any:
        return file_of(door, seat.desk(door, request), kind)

    address: dict[str, Any] = {"js": ADDRESS, "api_visibility": "private"}
    bar.new.click(fresh, [shell.seat], outputs, **quiet).then(None, [bar.listing], None, **address)
    bar.listing.input(open_, [bar.listing, shell.seat], outputs, **quiet).then(None, [bar.listing], None, **address)
    bar.listing.change(None, [bar.listing], None, **address)
    bar.words.change(search, [bar.words, shell.seat], [bar.listing], **quiet)
    bar.title.submit(rename, [bar.title, shell.seat], [bar.title, bar.listing], **quiet)
    bar.delete.click(delete, [shell.seat], outputs, **quiet)
    bar.undo.click(restore, [shell.seat], outputs, **quiet)
    bar.kind.input(exported, [bar.kind, shell.seat], [bar.save], **quiet)


def fetch(door: Door, seat: Seat, person: str, key: str) -> None:
    """Put a kept conversation on the desk; the models stay what they are."""
    kept = door.store.get(person, key)

    def put(desk: Desk) -> Desk:
        now = desk.conversation
        return desk.having(replace(kept, llm=now.llm, llm_url=now.llm_url, verifier=now.verifier)).standing(door)

    if seat.change(put).conversation.library != kept.library:
        gr.Warning(f"The library {kept.library} is no more; what is asked now is asked of another")


def opened(door: Door, shell: Shell, tab: AskTab, bar: Sidebar, seat: Seat) -> Updates:
    """The page with the conversation on it that is on the desk now."""
    desk = seat.now
    library, papers = desk.library(door), door.workspace.index(desk.conversation).papers()
    chat = conversation_updates(tab, desk.conversation)[tab.chat]
    return {
        shell.library: library_stamp(door, desk),
        shell.evidence: at_rest(door, desk),
        **scope_updates(door, shell, desk),
        tab.question: RUNNING if seat.asking(desk.conversation.key) else RESTING,
        tab.chat: {**chat, "examples": examples(library.name, papers)},
        bar.listing: listing(door, desk),
        bar.title: desk.conversation.title,
        bar.undo: gr.update(visible=bool(desk.deleted)),
        bar.save: gr.update(visible=False),
    }


def file_of(door: Door, desk: Desk, kind: str) -> Any:
    """The download of an export."""
    now = desk.conversation
    made = export(kind, now, door.workspace.index(now) if now.exchanges else None)
    file = Path(tempfile.mkdtemp(prefix="citewell-")) / made.filename
    file.write_text(made.text, encoding="utf8")
    return gr.update(value=str(file), label=f"Save {made.filename}", visible=True)
