"""Adding papers on the Library tab: files are planned title by title, then added to the library that is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from ui.conversation.uploads import STALE, Planned, Uploads
from ui.web.desk import Door, Seat
from ui.web.escaping import markdown
from ui.web.shell import Shell, Updates, library_stamp
from ui.web.tabs.library import LibraryTab, library_updates

STAGES = {"scan": "Looking at the files", "read": "Reading", "embed": "Indexing the papers"}


def wire(door: Door, shell: Shell, tab: LibraryTab) -> None:
    """What the events of an upload do."""
    uploads = Uploads()
    uploads.drop_stale()
    how: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
    outputs = [tab.plan, tab.summary, tab.lines, tab.doubtful, tab.apply, tab.token, tab.files]

    def upload(files: list[str], seat: Seat, request: gr.Request) -> Updates:
        desk, paths = seat.desk(door, request), [Path(one) for one in files or ()]
        target, names = desk.library_shown(door), [one.name for one in paths]
        return plan_updates(tab, uploads.plan(desk.person, target, paths, names))

    def want(wanted: list[str], token: str, seat: Seat, request: gr.Request) -> Updates:
        person = seat.desk(door, request).person
        return plan_updates(tab, uploads.wanting(person, token, wanted), wanted)

    def apply(token: str, seat: Seat, request: gr.Request, progress: gr.Progress = gr.Progress()) -> Updates:
        desk = seat.desk(door, request)

        def tell(stage: str, done: int, total: int) -> None:
            progress((done, total), desc=STAGES.get(stage, stage))

        made = uploads.apply(desk.person, token, tell)
        if isinstance(made, Planned):
            gr.Warning(STALE)
            return plan_updates(tab, made)
        label = desk.library_shown(door).label
        gr.Info(f"Done: {made.added} added, {made.changed} changed in {label}")
        closed: Updates = {tab.plan: gr.update(visible=False), tab.token: ""}
        now = {**library_updates(door, tab, desk), shell.library: library_stamp(door, desk)}
        return {**closed, **now, tab.files: gr.update(value=None)}

    def discard(token: str, seat: Seat, request: gr.Request) -> Updates:
        uploads.discard(seat.desk(door, request).person, token)
        return {tab.plan: gr.update(visible=False), tab.files: None, tab.token: ""}

    tab.files.upload(upload, [tab.files, shell.seat], outputs, **how)
    tab.doubtful.input(want, [tab.doubtful, tab.token, shell.seat], outputs, **how)
    after = [*outputs, shell.library, tab.shown, tab.about, tab.ask, tab.mine]
    bar: dict[str, Any] = {"api_visibility": "private", "show_progress_on": tab.summary}  # else every output has a bar
    tab.apply.click(apply, [tab.token, shell.seat], after, **bar)
    tab.discard.click(discard, [tab.token, shell.seat], outputs, **how)


def plan_updates(tab: LibraryTab, one: Planned, wanted: list[str] | None = None) -> Updates:
    """The plan, title by title."""
    counted: dict[str, int] = {}
    for line in one.lines:
        counted[line.what] = counted.get(line.what, 0) + 1
    said = "; ".join(f"{count} {what}" for what, count in counted.items()) or "nothing to add"
    files = gr.update(
        choices=[*one.doubtful, *(wanted or ())], value=wanted or [], visible=bool(one.doubtful or wanted)
    )
    return {
        tab.plan: gr.update(visible=True),
        tab.summary: f"### For {markdown(one.library.label)}\n{markdown(said)}",
        tab.lines: [[line.title, line.what, line.file] for line in one.lines],
        tab.doubtful: files,
        tab.apply: gr.update(interactive=not one.empty),
        tab.token: one.token,
    }
