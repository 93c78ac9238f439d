"""`citewell eval …`: score set-ups on gold questions, and compare them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.eval.output import (
    FailUnder,
    GoldOption,
    LimitOption,
    MarkdownOption,
    RunArgument,
    RunsArgument,
    SetOption,
    SplitOption,
    WorkersOption,
    gate,
    print_flips,
    print_run,
    print_table,
    progress_bar,
    usage,
)

VariantsOption = Annotated[str, typer.Option(help="Also ask in variants: typos,keywords,paraphrase,injected.")]
MetricOption = Annotated[list[str] | None, typer.Option("--metric", help="Metrics to test (default: eleven).")]
FileArgument = Annotated[Path | None, typer.Argument(help="A gold set (default: the bundled one).")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Also look for every title in this index.")]
FlipsOption = Annotated[int, typer.Option(min=0, help="Show so many questions that flipped, for each flagged metric.")]


def add_to(app: typer.Typer) -> None:
    """Add the group `eval` to the app."""
    from ui.terminal.eval import tools as eval_tools
    from ui.terminal.eval.strong import strong
    from ui.terminal.eval.verifier import verifier

    group = typer.Typer(help="Score set-ups on gold questions, and compare them.", no_args_is_help=True)
    for command in (run, report, compare, check, settings):
        group.command(command.__name__)(command)
    eval_tools.add_to(group)
    group.command("verifier")(verifier)
    group.command("strong")(strong)
    app.add_typer(group, name="eval")


def run(
    out: Annotated[Path, typer.Option("--out", help="Folder of the run; the same command again continues it.")],
    gold: GoldOption = None,
    given: SetOption = None,
    split: SplitOption = None,
    variants: VariantsOption = "",
    workers: WorkersOption = 1,
    limit: LimitOption = None,
    fail_under: FailUnder = None,
) -> None:
    """Ask every gold question, score every answer, print the table and write report.html."""
    import eval as library
    from eval.gold import parse_variants
    from eval.harness import parse_settings
    from eval.report import parse_thresholds, write_report

    with usage("--fail-under"):
        thresholds = parse_thresholds(fail_under or [])
    with usage("--set"):
        chosen = parse_settings(given or [])
    with usage("--variants"):
        names = parse_variants(variants)
    with progress_bar("questions") as progress:
        done = library.run(
            gold, chosen, out=out, split=split, variants=names, workers=workers, limit=limit, progress=progress
        )
    rows = library.summarise(done)
    print_run(done, rows)
    html, _ = write_report(done, rows)
    typer.echo(f"report: {html}")
    gate(rows, thresholds)


def report(folder: RunArgument, markdown: MarkdownOption = False, fail_under: FailUnder = None) -> None:
    """Print the table of a finished run, and write report.html and report.md into it."""
    import eval as library
    from eval.report import parse_thresholds, write_report
    from eval.report.tables import report_markdown

    with usage("--fail-under"):
        thresholds = parse_thresholds(fail_under or [])
    done = library.load_run(folder)
    rows = library.summarise(done)
    if markdown:
        typer.echo(report_markdown(done, rows), nl=False)
    else:
        print_run(done, rows)
    html, _ = write_report(done, rows)
    typer.echo(f"report: {html}", err=markdown)
    gate(rows, thresholds)


def compare(folders: RunsArgument, metric: MetricOption = None, flips: FlipsOption = 5) -> None:
    """Compare runs with the first one, question by question: intervals, permutation test, wins and losses, flips."""
    import eval as library
    from eval.report import parse_metrics
    from eval.report.tables import COMPARED, difference_cells

    if len(folders) < 2:
        raise typer.BadParameter("compare needs at least two runs", param_hint="FOLDERS")
    with usage("--metric"):
        metrics = parse_metrics(metric or [])
    first, *others = (library.load_run(folder) for folder in folders)
    for other in others:
        found = library.compare(first, other, metrics=metrics)
        print_table(f"A {first.name}, B {other.name}", COMPARED, difference_cells(found))
        unscored = [name for name in metrics if name not in {one.metric for one in found}]
        if unscored:
            typer.echo(f"no question is scored in both runs for: {', '.join(unscored)}")
        print_flips(found, flips)


def check(file: FileArgument = None, index: IndexOption = None) -> None:
    """Validate a gold set: one line on the first thing wrong, or the counts by kind."""
    from collections import Counter

    from eval import load_gold
    from eval.gold import resolve
    from index import open_index

    gold = load_gold(file)
    if index is not None:
        with open_index(index) as opened:
            resolve(gold, opened.papers())
    counts = Counter(example.kind for example in gold.examples)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    typer.echo(f"{gold.source}: {len(gold.examples)} questions are in order ({kinds})")


def settings() -> None:
    """List the settings that --set takes."""
    from eval.harness import SETTINGS

    cells = [(key, "none" if s.default is None else str(s.default), s.meaning) for key, s in SETTINGS.items()]
    print_table("settings", ("key", "default", "meaning"), cells)
