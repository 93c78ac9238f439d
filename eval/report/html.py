"""A run as one self-contained HTML file: figures with intervals, plots, and every question with what went wrong."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from eval.metrics import METRICS, RUN_METRICS
from eval.report import tables
from eval.report.faults import STATUSES
from eval.report.html_questions import question
from eval.report.plots import plots
from eval.report.summary import Row, summarise
from eval.runs.folder import Run, replace_text

# The page loads nothing, sends nothing, and runs no script but its own.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src '{script}'; base-uri 'none'; form-action 'none'"


def write_report(run: Run, rows: Sequence[Row] | None = None) -> tuple[Path, Path]:
    """Write report.html and report.md into the folder of the run."""
    found = summarise(run) if rows is None else rows
    html, text = run.folder / "report.html", run.folder / "report.md"
    replace_text(html, render(run, found))
    replace_text(text, tables.report_markdown(run, found))
    return html, text


def render(run: Run, rows: Sequence[Row]) -> str:
    """The report as HTML. Every text of questions, answers and papers is escaped."""
    static = resources.files("eval.report").joinpath("static")
    page = Template(static.joinpath("report.html").read_text(encoding="utf8"))
    script = static.joinpath("report.js").read_text(encoding="utf8")
    kinds = sorted({result.example.kind for result in run.results})
    return page.substitute(
        policy=POLICY.format(script=_sha256(script)),
        style=static.joinpath("report.css").read_text(encoding="utf8"),
        script=script,
        name=escape(run.name),
        about=escape(tables.about(run)),
        notes="".join(f"<p class='note'>{escape(note)}</p>" for note in run.manifest["notes"]),
        headline=_table(tables.HEAD, tables.metric_cells(rows), "figures"),
        judges=_judges(run),
        plots="".join(f"<figure>{svg}<figcaption>{escape(text)}</figcaption></figure>" for text, svg in plots(run)),
        endings=_table(tables.ENDINGS, tables.ending_cells(run), "figures"),
        kinds=_table(tables.KINDS, tables.kind_cells(run), "figures"),
        cost=_table(("cost", "median", "95th percentile"), tables.cost_cells(run), "figures"),
        every=_table((*tables.HEAD, "what it is"), _explained(rows)),
        provenance=_table(("", ""), _provenance(run)),
        kind_options="".join(f"<option>{escape(kind)}</option>" for kind in kinds),
        status_options="".join(f"<option>{escape(name)}</option>" for name in STATUSES),
        questions="".join(question(result) for result in run.results),
        total=str(len(run.results)),
    )


def _sha256(script: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _judges(run: Run) -> str:
    if not run.judges:
        return "<p class='small'>Nothing is known of the models that judged this run.</p>"
    table = _table(tables.judge_head(run), tables.judge_cells(run), "figures")
    return f"{table}<p class='small'>{escape(tables.judge_sources(run))}</p>"


def _explained(rows: Sequence[Row]) -> tables.Cells:
    definitions = {name: metric.definition for name, metric in METRICS.items()}
    definitions |= {name: metric.definition for name, metric in RUN_METRICS.items()}
    cells = tables.metric_cells(rows, every=True)
    return [(*cell, definitions[row.metric].split("\n\n")[0]) for cell, row in zip(cells, rows, strict=True)]


def _provenance(run: Run) -> tables.Cells:
    groups = [("setting", run.manifest["settings"]), ("index", run.manifest["fingerprint"])]
    groups += [("code", run.manifest.get("code", {})), ("version", run.manifest["versions"])]
    cells = [(f"{group} {k}", "none" if v is None else str(v)) for group, values in groups for k, v in values.items()]
    return [*cells, ("gold sha256", str(run.manifest["gold"].get("sha256", "")))]


def _table(head: Sequence[str], cells: tables.Cells, kind: str = "words") -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    return f"<div class='scroll'><table class='{kind}'><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div>"
