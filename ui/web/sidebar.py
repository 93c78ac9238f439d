"""The sidebar: the conversations kept on this machine; a new one, search, rename, export, delete and undo."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import CitewellError
from ui.conversation.asking import whole
from ui.conversation.export import CONVERSATIONS, REFERENCES, export
from ui.web.desk import Desk, Door, told
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
        shell.desk, shell.library, shell.evidence, *shell.above,
        tab.chat, bar.listing, bar.title, bar.undo, bar.save,
    ]  # fmt: skip

    def fresh(desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        return opened(door, shell, tab, bar, desk.having(desk.conversation.anew()))

    def open_(key: str, desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        return opened(door, shell, tab, bar, fetched(door, desk, key))

    def search(words: str, desk: Desk, request: gr.Request) -> Any:
        return listing(door, desk.of(door, request), (words or "")[:200])

    def rename(title: str, desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        try:
            door.store.rename(desk.person, desk.conversation.key, whole(title or ""))
        except CitewellError as error:
            raise told(error) from error
        desk = desk.having(replace(desk.conversation, title=title))
        return {shell.desk: desk, bar.listing: listing(door, desk)}

    def delete(desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        gone = desk.conversation.key
        if gone:
            door.store.delete(desk.person, gone)
        desk = replace(desk, conversation=desk.conversation.anew(), deleted=gone)
        return opened(door, shell, tab, bar, desk)

    def restore(desk: Desk, request: gr.Request) -> Updates:
        desk = desk.of(door, request)
        door.store.restore(desk.person, desk.deleted)
        return opened(door, shell, tab, bar, replace(fetched(door, desk, desk.deleted), deleted=""))

    def exported(kind: str, desk: Desk, request: gr.Request) -> Any:
        return file_of(door, desk.of(door, request), kind)

    address: dict[str, Any] = {"js": ADDRESS, "api_visibility": "private"}
    bar.new.click(fresh, [shell.desk], outputs, **quiet).then(None, [bar.listing], None, **address)
    bar.listing.input(open_, [bar.listing, shell.desk], outputs, **quiet).then(None, [bar.listing], None, **address)
    bar.listing.change(None, [bar.listing], None, **address)
    bar.words.change(search, [bar.words, shell.desk], [bar.listing], **quiet)
    bar.title.submit(rename, [bar.title, shell.desk], [shell.desk, bar.listing], **quiet)
    bar.delete.click(delete, [shell.desk], outputs, **quiet)
    bar.undo.click(restore, [shell.desk], outputs, **quiet)
    bar.kind.input(exported, [bar.kind, shell.desk], [bar.save], **quiet)


def fetched(door: Door, desk: Desk, key: str) -> Desk:
    """The desk with a kept conversation on it; the models stay what they were."""
    try:
        kept = door.store.get(desk.person, key)
    except CitewellError as error:
        raise told(error) from error
    now = desk.conversation
    return desk.having(replace(kept, llm=now.llm, llm_url=now.llm_url, verifier=now.verifier))


def opened(door: Door, shell: Shell, tab: AskTab, bar: Sidebar, desk: Desk) -> Updates:
    """The page with that conversation on it."""
    library, papers = desk.library(door), door.workspace.index(desk.conversation).papers()
    chat = conversation_updates(tab, desk.conversation)[tab.chat]
    return {
        shell.desk: desk,
        shell.library: library_stamp(door, desk),
        shell.evidence: at_rest(door, desk),
        **scope_updates(door, shell, desk),
        tab.chat: {**chat, "examples": examples(library.name, papers)},
        bar.listing: listing(door, desk),
        bar.title: desk.conversation.title,
        bar.undo: gr.update(visible=bool(desk.deleted)),
        bar.save: gr.update(visible=False),
    }


def file_of(door: Door, desk: Desk, kind: str) -> Any:
    """The download of an export."""
    now = desk.conversation
    try:
        made = export(kind, now, door.workspace.index(now) if now.exchanges else None)
    except CitewellError as error:
        raise told(error) from error
    file = Path(tempfile.mkdtemp(prefix="citewell-")) / made.filename
    file.write_text(made.text, encoding="utf8")
    return gr.update(value=str(file), label=f"Save {made.filename}", visible=True)
