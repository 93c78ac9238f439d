"""The figures of a run as text: one table of cells for the terminal, Markdown and HTML alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eval.harness.settings import Settings
from eval.metrics.cost import stage_times, totals
from eval.report.compare import Difference
from eval.report.faults import STATUSES, status
from eval.report.summary import HEADLINE, Row, by_kind
from eval.runs.folder import Run
from eval.schema import QAExample

HEAD = ("metric", "value", "95% interval", "scored", "n/a", "errors")
ARROWS = {"higher": "↑", "lower": "↓", "neither": ""}
Cells = Sequence[Sequence[str]]


def number(value: float | None) -> str:
    """A value as tables show it: three digits; "–" where the metric does not apply."""
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def metric_cells(rows: Sequence[Row], *, every: bool = False) -> Cells:
    """The rows of the headline, or of every metric. No row of citations stands without correctness above it."""
    by_name = {row.metric: row for row in rows}
    chosen = rows if every else [by_name[name] for name in HEADLINE]
    return [
        (
            f"{row.metric} {ARROWS[row.better]}".strip(),
            number(row.value),
            f"{number(row.low)} to {number(row.high)}" if row.value is not None else "–",
            str(row.scored),
            str(row.not_applicable),
            str(row.errors),
        )
        for row in chosen
    ]


KINDS = ("kind", "key facts", "recall@5", "refused", "questions")


def kind_cells(run: Run) -> Cells:
    """Key facts, retrieval and refusals by kind of question; the questions add up to all of them."""
    sizes = Counter(_kind(result.example) for result in run.results)
    found = [{kind: mean for kind, mean, _ in by_kind(run, name)} for name in ("key_fact_recall", "recall@5")]
    refused = Counter(_kind(r.example) for r in run.results if r.answer is not None and r.answer.abstained)
    return [
        (kind, *(number(means.get(kind)) for means in found), str(refused[kind]), str(size))
        for kind, size in sorted(sizes.items())
    ]


def _kind(example: QAExample) -> str:
    return "(variants)" if example.variant_of is not None else example.kind


def cost_cells(run: Run) -> Cells:
    """Seconds by stage (median, 95th percentile), then tokens, money and memory."""
    if not run.timings:
        return []
    cells = [(stage, f"{p50:.3f} s", f"{p95:.3f} s") for stage, (p50, p95) in stage_times(run.timings).items()]
    spent = totals(run.timings)
    money = spent["cost_usd"]
    cells.append(("tokens in / out", f"{spent['prompt_tokens']:.0f}", f"{spent['completion_tokens']:.0f}"))
    unknown = "unknown" if spent["completion_tokens"] else "none"
    cells.append(("cost", unknown if money is None else f"{money:.4f} USD", ""))
    cells.append(("peak memory", "–" if spent["peak_mib"] is None else f"{spent['peak_mib']:.0f} MiB", ""))
    return cells


def judge_head(run: Run) -> tuple[str, ...]:
    """The columns of ``judge_cells``: one for each model that judged."""
    return ("", *(f"{' and '.join(trust.roles)} {trust.name}" for trust in run.judges))


def judge_cells(run: Run) -> Cells:
    """The judge is judged: AUROC on human labels, mutated sentences of the corpus caught, false alarms."""
    known = [dict(trust.auroc) for trust in run.judges]
    rates = [{rate.kind: rate for rate in trust.caught} for trust in run.judges]
    cells = [
        (f"AUROC {group}", *(number(one.get(group)) for one in known))
        for group in dict.fromkeys(group for one in known for group in one)
    ]
    cells += [
        (f"caught: {kind}", *(_share(one[kind].caught, one[kind].made) if kind in one else "–" for one in rates))
        for kind in sorted({kind for one in rates for kind in one})
    ]
    if run.judges:
        totals_of = [(sum(r.caught for r in trust.caught), sum(r.made for r in trust.caught)) for trust in run.judges]
        cells.append(("caught: all mutations", *(_share(*pair) for pair in totals_of)))
        cells.append(("false alarms", *(_share(t.false_alarms, t.sentences) for t in run.judges)))
    return cells


def judge_sources(run: Run) -> str:
    """Where the figures about the judges come from."""
    return " ".join(f"{trust.name}: {trust.provenance}." for trust in run.judges)


def _share(some: int, of: int) -> str:
    return f"{some / of:.2f} ({some} of {of})" if of else "–"


ENDINGS = ("how it ended", "questions")


def ending_cells(run: Run) -> Cells:
    """How many questions ended in which way; they add up to all of them."""
    counts = Counter(status(result) for result in run.results)
    cells = [(name, str(counts[name])) for name in STATUSES if counts[name]]
    return [*cells, ("all", str(len(run.results)))]


COMPARED = ("metric", "scored in both", "A", "B", "B − A, 95% interval", "p", "p (Holm)", "wins", "losses", "")


def difference_cells(found: Sequence[Difference]) -> Cells:
    """The rows of a comparison; the last cell says what is flagged."""
    return [
        (
            f"{d.metric} {ARROWS[d.better]}",
            str(d.questions),
            number(d.a),
            number(d.b),
            f"{d.b - d.a:+.3f} ({d.low:+.3f} to {d.high:+.3f})",
            f"{d.p:.4f}",
            f"{d.adjusted:.4f}",
            str(d.wins),
            str(d.losses),
            ("worse" if d.worse else "better") if d.significant else "",
        )
        for d in found
    ]


def markdown(head: Sequence[str], cells: Cells) -> str:
    """A Markdown table; pipes in cells are escaped."""
    lines = ["| " + " | ".join(h.replace("|", "\\|") for h in row) + " |" for row in (head, *cells)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def about(run: Run) -> str:
    """What was asked of what: gold set, the settings that are not the default, and the code."""
    gold, code = run.manifest["gold"], run.manifest.get("code", {})
    given = Settings(tuple(run.manifest["settings"].items())).describe()
    made = f"citewell {code.get('version', '?')}, commit {code.get('commit', '?')}"
    return f"{gold['questions']} questions of {gold['name']} (split: {gold['split']}). Set-up: {given}. {made}."


def report_markdown(run: Run, rows: Sequence[Row]) -> str:
    """The run as Markdown: settings, notes, headline, kinds and cost; nothing in it is markup that a page runs."""
    parts = [f"# {run.name}", about(run)]
    parts += [f"*{note}*" for note in run.manifest["notes"]]
    parts += [markdown(HEAD, metric_cells(rows))]
    if run.judges:
        parts += [markdown(judge_head(run), judge_cells(run)), judge_sources(run)]
    parts += [markdown(ENDINGS, ending_cells(run)), markdown(KINDS, kind_cells(run))]
    parts += [markdown(("cost", "median", "95th percentile"), cost_cells(run))]
    return "\n\n".join(parts).replace("<", "&lt;") + "\n"
