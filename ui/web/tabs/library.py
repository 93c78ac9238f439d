"""The Library tab: what is shown is what is added to; nothing is changed before its plan was shown, title by title."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import InputError
from index.writers import bibtex, csl_json, ris
from ui.conversation.libraries import (
    OWN,
    Library,
    delete_library,
    libraries,
    new_library,
    open_library,
    rename_library,
)
from ui.conversation.state import EVERYTHING
from ui.web.desk import Desk, Door, Seat
from ui.web.escaping import markdown
from ui.web.shell import Shell, Updates, asked_now

FORMATS = {"BibTeX": (bibtex, "bib"), "RIS": (ris, "ris"), "CSL-JSON": (csl_json, "json")}


@dataclass(frozen=True, slots=True)
class LibraryTab:
    """The widgets of this tab."""

    shown: gr.Dropdown
    about: gr.Markdown
    ask: gr.Button
    name: gr.Textbox
    mine: gr.Button
    files: gr.File
    plan: gr.Column
    summary: gr.Markdown
    lines: gr.Dataframe
    doubtful: gr.CheckboxGroup
    apply: gr.Button
    discard: gr.Button
    token: gr.State
    rename: gr.Textbox
    kind: gr.Dropdown
    save: gr.DownloadButton
    sure: gr.Checkbox
    delete: gr.Button


def build() -> LibraryTab:
    """Its widgets."""
    with gr.Row(equal_height=True):
        shown = gr.Dropdown([], label="Library", elem_id="shown", scale=3)
        name = gr.Textbox(
            label="New library",
            placeholder="Its name",
            submit_btn="Make",
            max_length=40,
            scale=2,
            elem_id="new-library",
        )
    about = gr.Markdown(elem_id="about")
    with gr.Row():
        ask = gr.Button("Ask these papers", variant="primary", scale=0, min_width=200, elem_id="ask-these")
        mine = gr.Button("Add papers of your own", scale=0, min_width=260, elem_id="add-own")
    files = gr.File(
        label="Add papers: BibTeX, RIS, CSV, JSON Lines, saved pages", file_count="multiple", height=140, visible=False,
        elem_id="add-files",
    )  # fmt: skip
    with gr.Column(visible=False) as plan:
        summary = gr.Markdown(elem_id="plan")
        doubtful = gr.CheckboxGroup(
            [], label="These files hold no bibliography. Tick those that are papers all the same", visible=False
        )
        lines = gr.Dataframe(
            headers=["Paper", "What will happen", "File"], datatype="str", interactive=False, wrap=True,
            max_height=420, show_label=False, buttons=[], column_widths=["60%", "25%", "15%"], elem_id="plan-lines",
        )  # fmt: skip
        with gr.Row():
            apply = gr.Button("Add them", variant="primary", elem_id="apply")
            discard = gr.Button("Forget it", elem_id="discard")
    with gr.Accordion("Rename, export or delete this library", open=False, elem_id="manage"):
        rename = gr.Textbox(label="New name", submit_btn="Rename", max_length=40, elem_id="rename")
        with gr.Row():
            kind = gr.Dropdown([*FORMATS], value=None, label="Export its papers as", elem_id="library-export")
            save = gr.DownloadButton("Save the file", visible=False, elem_id="library-save")
        sure = gr.Checkbox(label="Yes, delete this library for good", elem_id="delete-sure")
        delete = gr.Button("Delete the library", variant="stop", elem_id="delete-library")
    token = gr.State("")
    return LibraryTab(shown, about, ask, name, mine, files, plan, summary, lines, doubtful, apply, discard, token,
                      rename, kind, save, sure, delete)  # fmt: skip


def wire(door: Door, shell: Shell, tab: LibraryTab) -> None:
    """What its events do, but for adding papers: see ``plan``."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    shown = [tab.shown, tab.about, tab.ask, tab.mine, tab.files]
    asked = [shell.library, shell.evidence, *shell.above]

    def showing(name: str, seat: Seat) -> Updates:
        return library_updates(door, tab, seat.change(lambda now: replace(now, shown=name)))

    def refresh(seat: Seat, request: gr.Request) -> Updates:
        return library_updates(door, tab, seat.desk(door, request))

    def show(name: str, seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        return showing(str(name), seat)

    def mine(seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        return showing(OWN, seat)

    def make(name: str, seat: Seat, request: gr.Request) -> Updates:
        made = new_library((name or "").strip())
        seat.desk(door, request)
        return {tab.name: "", **showing(made.name, seat)}

    def ask(seat: Seat, request: gr.Request) -> Updates:
        return asks(door, shell, seat, seat.desk(door, request).library_shown(door))

    def rename(name: str, seat: Seat, request: gr.Request) -> Updates:
        old = seat.desk(door, request).library_shown(door)
        made = rename_library(old, (name or "").strip())
        door.workspace.forget(old.name)
        door.store.rename_library(old.name, made.name)
        seat.change(lambda now: now.renamed(old.name, made.name))
        return {tab.rename: "", **showing(made.name, seat)}

    def delete(sure: bool, seat: Seat, request: gr.Request) -> Updates:
        gone = seat.desk(door, request).library_shown(door)
        if not sure:
            raise InputError("tick that you are sure first")
        delete_library(gone)
        door.workspace.forget(gone.name)
        seat.change(lambda now: now.standing(door))
        return {tab.sure: False, **showing("", seat)}

    def export(kind: str, seat: Seat, request: gr.Request) -> Any:
        return exported(seat.desk(door, request).library_shown(door), kind)

    gr.on([shell.library.change], refresh, [shell.seat], shown, **quiet)
    tab.shown.input(show, [tab.shown, shell.seat], shown, **quiet)
    tab.mine.click(mine, [shell.seat], shown, **quiet)
    tab.name.submit(make, [tab.name, shell.seat], [tab.name, *shown], **quiet)
    to_ask = {"js": "() => { location.hash = 'ask' }", "api_visibility": "private"}
    tab.ask.click(ask, [shell.seat], asked, **quiet).success(None, None, None, **to_ask)
    tab.rename.submit(rename, [tab.rename, shell.seat], [tab.rename, *shown], **quiet)
    tab.delete.click(delete, [tab.sure, shell.seat], [tab.sure, *shown], **quiet)
    tab.kind.input(export, [tab.kind, shell.seat], [tab.save], **quiet)


def library_updates(door: Door, tab: LibraryTab, desk: Desk) -> Updates:
    """The libraries, and what the one that is shown holds."""
    now = desk.library_shown(door)
    choices = [(one.label, one.name) for one in libraries(door.workspace.given)]
    return {
        tab.shown: gr.update(choices=choices, value=now.name),
        tab.about: about(door, desk, now),
        tab.ask: gr.update(visible=now.exists),
        tab.mine: gr.update(visible=now.path is None),
        tab.files: gr.update(visible=now.path is not None),
    }


def about(door: Door, desk: Desk, now: Library) -> str:
    """What a library holds, and whether it is the one that is asked."""
    if not now.exists:
        return f"**{markdown(now.label)}** is empty. Files that are added now go into it."
    count = len(door.workspace.index(replace(desk.conversation, library=now.name)).papers())
    asked = "It is the one that is asked. " if now.name == desk.library(door).name else ""
    adding = "Files that are added now go into it." if now.path else "It stays as it is."
    return f"**{markdown(now.label)}** holds {count:,} papers. {asked}{adding}"


def asks(door: Door, shell: Shell, seat: Seat, now: Library) -> Updates:
    """Ask that library."""
    if not now.exists:
        raise InputError(f"{now.label} has no papers yet; add some first")
    door.workspace.index(replace(seat.now.conversation, library=now.name))
    return asked_now(door, shell, seat.choose(library=now.name, where=EVERYTHING))


def exported(now: Library, kind: str) -> Any:
    """The download of a library's papers."""
    if not now.exists:
        raise InputError(f"{now.label} has no papers yet")
    write, ending = FORMATS[kind]
    with open_library(now) as index:
        text = write(index.papers())
    file = Path(tempfile.mkdtemp(prefix="citewell-")) / f"papers.{ending}"
    file.write_text(text, encoding="utf8")
    return gr.update(value=str(file), label=f"Save {file.name}", visible=True)
