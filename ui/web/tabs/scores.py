"""The Scores tab: the runs of the evaluation in plain words, two compared, and the questions behind a figure."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ui.conversation import scores
from ui.web.desk import Door
from ui.web.shell import Updates

NONE_YET = """No evaluation has been run yet. It asks a set of questions whose answers are known, and counts.
Make one in a terminal, then open this page again:

    citewell eval run --split dev --out runs/first"""


WIDE = ["36%", "10%", "15%", "13%", "10%", "16%"]  # the columns of the figures
NARROW = ["44%", "12%", "12%", "18%", "14%"]  # those of two runs compared


@dataclass(frozen=True, slots=True)
class ScoresTab:
    """The widgets of this tab."""

    about: gr.Markdown
    choice: gr.Row
    one: gr.Dropdown
    other: gr.Dropdown
    figures: gr.Dataframe
    differences: gr.Dataframe
    behind: gr.Dropdown
    questions: gr.Dataframe
    thumbs: gr.DownloadButton


def build() -> ScoresTab:
    """Its widgets."""
    about = gr.Markdown(NONE_YET, elem_id="runs")
    with gr.Row(visible=False) as choice:
        one = gr.Dropdown([], label="Run", elem_id="run")
        other = gr.Dropdown([], label="Compared with", elem_id="other-run")
    table: dict[str, Any] = {"interactive": False, "wrap": True, "buttons": [], "max_height": 420, "visible": False}
    heads = ["What it says", "Value", "Chance may make it", "", "Questions", "Name"]
    figures = gr.Dataframe(headers=heads, label="Figures", elem_id="figures", column_widths=WIDE, **table)
    heads = ["What it says", "First", "Second", "", "Questions"]
    differences = gr.Dataframe(
        headers=heads, label="The two compared", elem_id="differences", column_widths=NARROW, **table
    )
    behind = gr.Dropdown([], label="The questions behind a figure", visible=False, elem_id="behind")
    heads, widths = ["Value", "Question", "Answer"], ["10%", "40%", "50%"]
    questions = gr.Dataframe(headers=heads, label="Questions", elem_id="behind-rows", column_widths=widths, **table)
    thumbs = gr.DownloadButton("Save your thumbs as candidates for test questions", visible=False, elem_id="thumbs")
    return ScoresTab(about, choice, one, other, figures, differences, behind, questions, thumbs)


def wire(door: Door, tab: ScoresTab, opened: gr.Tab) -> None:
    """What its events do."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}

    def look() -> Updates:
        found = scores.runs(door.runs)
        names = [(f"{name} ({how})", name) for name, how in found.items()]
        text = f"{len(found)} runs in the folder {door.runs.name}." if found else NONE_YET
        updates: Updates = {tab.about: text, tab.one: gr.update(choices=names), tab.other: gr.update(choices=names)}
        return {**updates, tab.choice: gr.update(visible=bool(found)), tab.thumbs: thumbs(door)}

    def show(one: str | None, other: str | None) -> Updates:
        if not one:
            return {tab.about: "Choose a run."}
        first = scores.run(door.runs, one)
        rows = scores.figures(first)
        differences = scores.compared(first, scores.run(door.runs, other)) if other and other != one else []
        return {
            tab.figures: gr.update(value=rows, visible=True),
            tab.differences: gr.update(value=differences, visible=bool(differences)),
            tab.behind: gr.update(choices=[(row[0], row[-1]) for row in rows], value=None, visible=True),
            tab.questions: gr.update(visible=False),
        }

    def behind(one: str, metric: str) -> Any:
        return gr.update(value=scores.questions(scores.run(door.runs, one), metric), visible=True)

    opened.select(look, None, [tab.about, tab.choice, tab.one, tab.other, tab.thumbs], **quiet)
    shown = [tab.about, tab.figures, tab.differences, tab.behind, tab.questions]
    gr.on([tab.one.input, tab.other.input], show, [tab.one, tab.other], shown, **quiet)
    tab.behind.input(behind, [tab.one, tab.behind], [tab.questions], **quiet)


def thumbs(door: Door) -> Any:
    """The download of what was judged; nothing where nothing was."""
    if not door.feedback.count():
        return gr.update(visible=False)
    file = Path(tempfile.mkdtemp(prefix="citewell-")) / "candidates.jsonl"
    file.write_text(door.feedback.candidates(), encoding="utf8")
    return gr.update(value=str(file), visible=True)
