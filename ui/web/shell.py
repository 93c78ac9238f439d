"""What surrounds the tabs: the parts that several share, and the address behind "#" that says what is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import gradio as gr

from index.errors import CitewellError, InputError, UnknownPaper
from index.schema import Filter
from ui.conversation.libraries import libraries
from ui.conversation.state import EVERYTHING
from ui.web.answer import cited_by
from ui.web.desk import Desk, Door, Seat
from ui.web.escaping import markdown, template
from ui.web.evidence import views

# Which addresses belong to a tab; the first is its own.
ADDRESSES = {
    "ask": ("ask", "cite", "sources", "only", "paper", ""),
    "papers": ("papers", "paper"),
    "library": ("library",),
    "models": ("models",),
    "scores": ("scores",),
}
Updates = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Shell:
    """The components that more than one tab reads or changes.

    library: the name and generation of the library that is asked; its "change" tells a tab that it is another now.
    """

    seat: gr.State
    library: gr.State
    evidence: gr.HTML
    scope: gr.Markdown
    unlimited: gr.Button
    chooser: gr.Dropdown

    @property
    def above(self) -> tuple[Any, ...]:
        """What stands above the question and says which papers are asked; see ``scope_updates``."""
        return self.scope, self.unlimited, self.chooser


def wire(door: Door, shell: Shell, tabs: dict[str, gr.Tab]) -> None:
    """Have the address follow the tabs, and everything follow the address."""

    def go(event: gr.EventData, seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        return went(door, shell, seat, str(event.hash)[:2000])

    outputs = [shell.evidence, *shell.above]
    shell.evidence.go(
        go, [shell.seat], outputs, trigger_mode="multiple", api_visibility="private", show_progress="hidden"
    )
    for name, tab in tabs.items():
        stay = ",".join(f"'{one}'" for one in ADDRESSES[name])
        there = f"[{stay}].includes(location.hash.slice(1).split('=')[0])"
        js = f"() => {{ if ('opened' in document.body.dataset && !{there}) location.hash = '{name}' }}"
        tab.select(None, js=js, api_visibility="private")


def went(door: Door, shell: Shell, seat: Seat, address: str) -> Updates:
    """What is shown at an address."""
    kind, _, what = address.removeprefix("#").partition("=")
    what = unquote(what)
    desk = seat.change(lambda now: replace(now, address=address))
    try:
        if kind == "only":
            door.workspace.index(desk.conversation).paper(what)
            desk = seat.choose(where=Filter(papers=(what,)))
        view = evidence_at(door, desk, kind, what)
    except UnknownPaper as error:
        raise InputError(f"{desk.library(door).label} holds no such paper") from error
    return {shell.evidence: view, **scope_updates(door, shell, desk)}


def opens(address: str) -> bool:
    """Whether an address opens a source or a paper, which is then being read."""
    return address.removeprefix("#").partition("=")[0] in ("cite", "sources", "paper")


def evidence_at(door: Door, desk: Desk, kind: str, what: str) -> views.View:
    """The evidence for an address: a citation, the sources of an answer, a paper; else that of the last answer."""
    now = desk.conversation
    if kind == "paper":
        paper = door.workspace.index(now).paper(what)
        return template(
            views.card(paper, views.is_demo(desk.library(door).name), door.workspace.atlas(now).nearest(what))
        )
    number, _, marker = what.partition(".")
    asked = now.exchange(int(number)) if number.isdecimal() and len(number) < 10 else None
    if asked is None or kind not in ("cite", "sources"):
        return at_rest(door, desk)
    demo = views.is_demo(asked.library)
    cited = next((one for one in cited_by(asked.answer) if str(one.marker) == marker), None)
    if kind == "sources" or cited is None:
        return template(views.sources(asked, demo, open_it=True))
    try:
        index = door.workspace.index(replace(now, library=asked.library))
    except CitewellError:  # the library is no more
        index = None
    return template(views.citation(asked, cited, index, demo))


def at_rest(door: Door, desk: Desk) -> views.View:
    """The sources of the last answer, or what there is to ask."""
    if desk.conversation.exchanges:
        last = desk.conversation.exchanges[-1]
        return template(views.sources(last, views.is_demo(last.library), open_it=False))
    chosen = desk.library(door)
    papers = door.workspace.index(desk.conversation).papers()
    return template(views.welcome(chosen.label, papers, views.is_demo(chosen.name)))


def scope_updates(door: Door, shell: Shell, desk: Desk) -> Updates:
    """The line above the box that says which papers are asked, and the button that asks them all again."""
    limited = desk.conversation.where != EVERYTHING
    count = len(door.workspace.index(desk.conversation).papers())
    text = door.workspace.scope(desk.conversation) if limited else f"all {count:,} papers"
    there = [(one.label, one.name) for one in libraries(door.workspace.given) if one.exists]
    return {
        shell.scope: f"Asks {markdown(text)}",
        shell.unlimited: gr.update(visible=limited),
        shell.chooser: gr.update(choices=there, value=desk.library(door).name),
    }


def asked_now(door: Door, shell: Shell, desk: Desk) -> Updates:
    """What follows where another library is asked."""
    stamp: Updates = {shell.library: library_stamp(door, desk), shell.evidence: at_rest(door, desk)}
    return {**stamp, **scope_updates(door, shell, desk)}


def library_stamp(door: Door, desk: Desk) -> str:
    """What changes when another library is asked, or the same one holds other papers."""
    return f"{desk.library(door).name}@{door.workspace.index(desk.conversation).manifest.generation}"
