"""The Papers tab: look for papers, tick those to ask, open one; and the map of all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import unquote

import gradio as gr

from index import remove
from index.errors import InputError
from index.schema import Filter, Paper
from ui.conversation.finding import ORDERS, find
from ui.conversation.paper_map import Chart
from ui.conversation.state import Conversation
from ui.web.answer import paper_address
from ui.web.desk import Desk, Door, Seat
from ui.web.escaping import DELIMITERS, markdown
from ui.web.shell import Shell, Updates, at_rest, library_stamp, scope_updates

SHOWN = 300  # rows of the table
HEADS = ["Ask", "Title", "Authors", "Year"]
ADDRESS = re.compile(r"\(#paper=([^)\s]+)\)$")
COLOURS = ("#0b6b62", "#b4540a", "#4257b2", "#a12a5e", "#5b7a12", "#7a4fb0", "#9b6a00", "#3d6b8f")


@dataclass(frozen=True, slots=True)
class PapersTab:
    """The widgets of this tab."""

    words: gr.Textbox
    first: gr.Textbox
    last: gr.Textbox
    order: gr.Dropdown
    count: gr.Markdown
    table: gr.Dataframe
    ask: gr.Button
    ask_all: gr.Button
    sure: gr.Checkbox
    remove: gr.Button
    map: gr.Accordion
    chart: gr.HTML


def build() -> PapersTab:
    """Its widgets."""
    words = gr.Textbox(label="Search", placeholder="Words, an author, a year …", elem_id="words")
    with gr.Row(equal_height=True):
        first = gr.Textbox(label="From year", scale=1, min_width=90, max_length=4, elem_id="from-year")
        last = gr.Textbox(label="To year", scale=1, min_width=90, max_length=4, elem_id="to-year")
        orders = [(label, name) for name, label in ORDERS.items()]
        order = gr.Dropdown(orders, value="best", label="Order", scale=2, min_width=140, elem_id="order")
    count = gr.Markdown(elem_id="count")
    table = gr.Dataframe(
        headers=HEADS, datatype=["bool", "markdown", "str", "str"], interactive=True, static_columns=[1, 2, 3],
        column_widths=["10%", "53%", "22%", "15%"], wrap=True, max_height=520, show_label=False, buttons=[],
        latex_delimiters=DELIMITERS, elem_id="found", type="array", column_count=4,
    )  # fmt: skip
    with gr.Row():
        ask = gr.Button("Ask the ticked papers", variant="primary", elem_id="ask-ticked")
        ask_all = gr.Button("Ask all papers found", elem_id="ask-found")
    with gr.Accordion("Map of the papers", open=False, elem_id="map") as folded:
        chart = gr.HTML("", elem_classes="map", js_on_load=None)
    with gr.Accordion("Take papers out of the library", open=False):
        sure = gr.Checkbox(label="Yes, take the ticked papers out for good", elem_id="sure")
        gone = gr.Button("Take them out", variant="stop", elem_id="take-out")
    return PapersTab(words, first, last, order, count, table, ask, ask_all, sure, gone, folded, chart)


def wire(door: Door, shell: Shell, tab: PapersTab) -> None:
    """What its events do."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    limits = [tab.words, tab.first, tab.last, tab.order, shell.seat]

    def look(words: str, first: str, last: str, order: str, seat: Seat, request: gr.Request) -> Updates:
        return looked(door, tab, seat.desk(door, request), words or "", years(first, last), order)

    def ask(rows: list[list[Any]], seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        return asks(door, shell, seat, ticked(rows))

    def ask_all(rows: list[list[Any]], seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        if not (found := [paper_id for _, paper_id in ids(rows)]):
            raise InputError("no paper is found that could be asked")
        return asks(door, shell, seat, found)

    def take_out(rows: list[list[Any]], sure: bool, seat: Seat, request: gr.Request) -> Updates:
        desk = seat.desk(door, request)
        taken_out(door, desk, ticked(rows), sure)
        return {tab.sure: False, shell.library: library_stamp(door, desk), shell.evidence: at_rest(door, desk)}

    def draw(seat: Seat, request: gr.Request) -> str:
        desk = seat.desk(door, request)
        cited = {one.paper_id for made in desk.conversation.exchanges for one in made.answer.citations}
        titles = {paper.paper_id: paper.title for paper in door.workspace.index(desk.conversation).papers()}
        return drawing(door.workspace.atlas(desk.conversation).chart(), titles, cited)

    # "change", not "input": Gradio tells no "input" of what is pasted
    changed = [tab.words.change, tab.order.input, shell.library.change]
    changed += [event for box in (tab.first, tab.last) for event in (box.submit, box.blur)]
    gr.on(changed, look, limits, [tab.count, tab.table], trigger_mode="always_last", **quiet)
    went = [*shell.above]
    to_ask = {"js": "() => { location.hash = 'ask' }", "api_visibility": "private"}
    tab.ask.click(ask, [tab.table, shell.seat], went, **quiet).success(None, None, None, **to_ask)
    tab.ask_all.click(ask_all, [tab.table, shell.seat], went, **quiet).success(None, None, None, **to_ask)
    tab.remove.click(take_out, [tab.table, tab.sure, shell.seat], [tab.sure, shell.library, shell.evidence], **quiet)
    tab.map.expand(draw, [shell.seat], [tab.chart], api_visibility="private")


def years(first: str | None, last: str | None) -> Filter:
    """The years that were typed in."""
    found = []
    for text in ((first or "").strip(), (last or "").strip()):
        if text and not (text.isascii() and text.isdigit() and len(text) == 4):
            raise InputError(f"a year has four digits, not {text[:20]!r}")
        found.append(int(text) if text else None)
    return Filter(year_from=found[0], year_to=found[1])


def looked(door: Door, tab: PapersTab, desk: Desk, words: str, where: Filter, order: str) -> Updates:
    """The table for what is looked for."""
    found = find(door.workspace.assistant(plain(desk.conversation)), words[:500], where, order)
    chosen = set(desk.conversation.where.papers or ())
    rows = [row(paper, paper.paper_id in chosen) for paper in found.papers[:SHOWN]]
    near = len(found.papers) - found.holding
    text = f"{found.holding:,} of {found.of:,} papers" + (" hold these words" if words.strip() else "")
    text += f", {near} more are near in meaning" if near else ""
    text += f"; the first {SHOWN} are shown" if len(found.papers) > SHOWN else ""
    return {tab.count: markdown(text), tab.table: rows}


def plain(now: Conversation) -> Conversation:
    """The library of a conversation without its models: looking for papers waits for none."""
    return Conversation(library=now.library)


def row(paper: Paper, chosen: bool) -> list[Any]:
    """A paper as a row of the table; its title is a link that opens it."""
    named = ", ".join(paper.authors[:3]) + (" and others" if len(paper.authors) > 3 else "")
    counted = f"{paper.authors_count} authors" if paper.authors_count and not named else named
    return [chosen, f"[{markdown(paper.title)}]({paper_address(paper.paper_id)})", counted, str(paper.year or "")]


def ids(rows: list[list[Any]]) -> list[tuple[bool, str]]:
    """Whether each row is ticked, and its paper's id, which stands in the link."""
    found = [(line[0] in (True, "true"), ADDRESS.search(str(line[1]))) for line in rows if len(line) > 1]
    return [(on, unquote(address[1])) for on, address in found if address]


def ticked(rows: list[list[Any]]) -> list[str]:
    """The ids of the ticked papers."""
    return [paper_id for on, paper_id in ids(rows) if on]


def asks(door: Door, shell: Shell, seat: Seat, paper_ids: list[str]) -> Updates:
    """Ask those papers only."""
    if not paper_ids:
        raise InputError("tick the papers to ask first")
    return scope_updates(door, shell, seat.choose(where=Filter(papers=tuple(paper_ids))))


def taken_out(door: Door, desk: Desk, paper_ids: list[str], sure: bool) -> None:
    """Remove papers from the library that is asked."""
    chosen = desk.library(door)
    if chosen.path is None:
        raise InputError("the demo papers stay as they are")
    if not paper_ids or not sure:
        raise InputError("tick the papers, and tick that you are sure")
    gr.Info(f"{remove(paper_ids, index=chosen.path)} taken out of {chosen.label}")


def drawing(chart: Chart, titles: dict[str, str], cited: set[str]) -> str:
    """The map as SVG: a dot a paper, near ones near; each a link that opens it. Cited papers have a ring."""
    dots = []
    for point in chart.points:
        x, y, colour = 20 + point.x * 760, 20 + point.y * 460, COLOURS[point.group % len(COLOURS)]
        ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="none" stroke="{colour}" stroke-width="2"/>'
        title = escape(titles.get(point.paper_id, ""))
        dots.append(
            f'<a href="{escape(paper_address(point.paper_id))}" aria-label="{title}"><title>{title}</title>'
            f"{ring if point.paper_id in cited else ''}"
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour}"/></a>'
        )
    legend = " ".join(
        f'<span><b style="color:{COLOURS[n % len(COLOURS)]}">●</b> {escape(name)}</span>'
        for n, name in enumerate(chart.groups)
        if name
    )
    return (
        f'<svg viewBox="0 0 800 500" role="group" aria-label="Map of the papers">{"".join(dots)}</svg><p>{legend}</p>'
    )
