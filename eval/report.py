"""A run as one self-contained HTML file: figures with intervals, plots, and every question with what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from eval.faults import STATUSES, faults, status
from eval.folder import Run, replace_text
from eval.metrics.answer import facts_missed
from eval.metrics.base import shown
from eval.plots import plots
from eval.schema import Result
from eval.summary import Row, summarise
from eval.tables import (
    HEAD,
    Cells,
    cost_cells,
    judge_cells,
    judge_head,
    judge_sources,
    kind_cells,
    metric_cells,
    report_markdown,
)
from rag.schema import Answer, Citation


def write_report(run: Run, rows: Sequence[Row] | None = None) -> tuple[Path, Path]:
    """Write report.html and report.md into the folder of the run."""
    found = summarise(run) if rows is None else rows
    html, text = run.folder / "report.html", run.folder / "report.md"
    replace_text(html, render(run, found))
    replace_text(text, report_markdown(run, found))
    return html, text


def render(run: Run, rows: Sequence[Row]) -> str:
    """The report as HTML. Every text of questions, answers and papers is escaped."""
    static = resources.files("eval").joinpath("static")
    page = Template(static.joinpath("report.html").read_text(encoding="utf8"))
    gold = run.manifest["gold"]
    kinds = sorted({result.example.kind for result in run.results})
    return page.substitute(
        style=static.joinpath("report.css").read_text(encoding="utf8"),
        script=static.joinpath("report.js").read_text(encoding="utf8"),
        name=escape(run.name),
        gold=escape(f"{gold['name']}, split {gold['split']}, {gold['questions']} questions"),
        notes="".join(f"<p class='note'>{escape(note)}</p>" for note in run.manifest["notes"]),
        headline=_table(HEAD, metric_cells(rows)),
        every=_table(HEAD, metric_cells(rows, every=True)),
        judges=_judges(run),
        kinds=_table(("kind", "key facts", "recall@5", "questions"), kind_cells(run)),
        cost=_table(("cost", "median", "95th percentile"), cost_cells(run)),
        plots="".join(f"<figure>{svg}<figcaption>{escape(text)}</figcaption></figure>" for text, svg in plots(run)),
        provenance=_table(("", ""), _provenance(run)),
        kind_options="".join(f"<option>{escape(kind)}</option>" for kind in kinds),
        status_options="".join(f"<option>{escape(name)}</option>" for name in STATUSES),
        questions="".join(_question(result) for result in run.results),
        total=str(len(run.results)),
    )


def _judges(run: Run) -> str:
    if not run.judges:
        return "<p class='small'>Nothing is known of the models that judged this run.</p>"
    return f"{_table(judge_head(run), judge_cells(run))}<p class='small'>{escape(judge_sources(run))}</p>"


def _provenance(run: Run) -> Cells:
    groups = [("setting", run.manifest["settings"]), ("index", run.manifest["fingerprint"])]
    groups.append(("code", run.manifest.get("code", {})))
    cells = [(f"{group} {k}", str(v)) for group, values in groups for k, v in values.items()]
    cells.append(("gold sha256", str(run.manifest["gold"].get("sha256", ""))))
    return [*cells, *((f"version {k}", str(v)) for k, v in run.manifest["versions"].items())]


def _table(head: Sequence[str], cells: Cells) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    return f"<div class='scroll'><table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div>"


def _question(result: Result) -> str:
    example, ended = result.example, status(result)
    good = ended in ("right", "right refusal")
    words = f"{example.query_id} {example.question} {shown(result.answer.text) if result.answer else ''}".lower()
    lines = "".join(f"<li>{escape(fault)}</li>" for fault in faults(result))
    history = "".join(f"<p class='earlier'>earlier: {escape(turn)}</p>" for turn in example.history)
    return (
        f"<details class='question' data-kind='{escape(example.kind)}' data-status='{escape(ended)}' "
        f"data-words='{escape(words)}'><summary><span class='id'>{escape(example.query_id)}</span>"
        f"<span class='asked'>{escape(example.question)}</span><span class='kind'>{escape(example.kind)}</span>"
        f"<span class='status {'good' if good else 'bad'}'>{escape(ended)}</span></summary>"
        f"<div class='body'>{history}{_answer(result.answer)}{f'<ul class=faults>{lines}</ul>' if lines else ''}"
        f"{_gold(result)}{_scores(result)}</div></details>"
    )


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return "<p class='reason'>no answer</p>"
    if answer.abstained:
        near = "".join(f"<li>{escape(n.title)} ({n.score:.2f})</li>" for n in answer.nearest)
        why = f"{answer.outcome}: {answer.reason or ''}"
        return f"<p class='reason'>refused, {escape(why)}</p>{f'<p>nearest</p><ul>{near}</ul>' if near else ''}"
    sentences = "".join(
        f"<li class='{escape(s.verdict)}'>{escape(shown(s.text))} "
        f"{''.join(f'<sup>[{m}]</sup>' for m in s.markers)} <span class='verdict'>{escape(s.verdict)}"
        f"{'' if s.support is None else f' {s.support:.2f}'}</span></li>"
        for s in answer.sentences
    )
    spans = "".join(_span(answer, citation) for citation in answer.citations)
    return f"<ol class='answer'>{sentences}</ol><div class='spans'>{spans}</div>"


def _span(answer: Answer, citation: Citation) -> str:
    """The cited passage with the span highlighted; the quote alone where the passage is not among the contexts."""
    text = f"<mark>{escape(citation.quote)}</mark>" if citation.quote else "<i>metadata</i>"
    for chunk in (scored.chunk for scored in answer.contexts):
        start, end = citation.start - chunk.start, citation.end - chunk.start
        if chunk.paper_id == citation.paper_id and start >= 0 and chunk.text[start:end] == citation.quote != "":
            before, after = chunk.text[:start], chunk.text[end:]
            text = f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"
            break
    return f"<blockquote><b>[{citation.marker}] {escape(citation.title)}</b><br>{text}</blockquote>"


def _gold(result: Result) -> str:
    example = result.example
    if not example.answerable:
        return f"<p class='gold'><b>should be refused</b>: {escape(example.outcome)} ({escape(str(example.scope))})</p>"
    text = shown(result.answer.text) if result.answer and not result.answer.abstained else ""
    missed = facts_missed(result, text)
    facts = "".join(
        f"<li class='{'bad' if fact in missed else 'good'}'><code>{escape(fact)}</code> "
        f"{'missed' if fact in missed else 'found'}</li>"
        for fact in example.key_facts
    )
    titles = "; ".join(example.relevant_titles)
    return (
        f"<p class='gold'><b>reference</b>: {escape(' / '.join(example.reference_answers))}</p>"
        f"<ul class='facts'>{facts}</ul><p class='gold'><b>relevant</b>: {escape(titles)}</p>"
    )


def _scores(result: Result) -> str:
    cells = [f"{score.metric} {score.value:g}" for score in result.scores if score.value is not None]
    return f"<p class='scores'>{escape(' · '.join(cells))}</p>"
