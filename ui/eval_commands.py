"""`citewell eval …`: score set-ups on gold questions, and compare them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from eval.compare import Difference
    from eval.folder import Run
    from eval.summary import Row

GoldOption = Annotated[Path | None, typer.Option("--gold", help="Gold set (default: the bundled one).")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; `eval settings` lists them.")
]
SplitOption = Annotated[str | None, typer.Option("--split", help="dev or test (default: all questions).")]
RunArgument = Annotated[Path, typer.Argument(help="Folder of a run.", show_default=False)]
RunsArgument = Annotated[list[Path], typer.Argument(help="Folders of runs.", show_default=False)]
FailUnder = Annotated[
    list[str] | None, typer.Option("--fail-under", metavar="METRIC=VALUE", help="Exit with 1 where a metric misses it.")
]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Questions at a time; for remote LLMs.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many questions.")]


def add_to(app: typer.Typer) -> None:
    """Add the group `eval` to the app."""
    from ui import eval_tools
    from ui.verifier_command import verifier

    group = typer.Typer(help="Score set-ups on gold questions, and compare them.", no_args_is_help=True)
    group.command("run")(run)
    group.command("report")(report)
    group.command("compare")(compare)
    group.command("check")(check)
    group.command("settings")(settings)
    eval_tools.add_to(group)
    group.command("verifier")(verifier)
    app.add_typer(group, name="eval")


def run(
    out: Annotated[Path, typer.Option("--out", help="Folder of the run; the same command again continues it.")],
    gold: GoldOption = None,
    given: SetOption = None,
    split: SplitOption = None,
    variants: Annotated[str, typer.Option(help="Also ask in variants: typos,keywords,paraphrase,injected.")] = "",
    workers: WorkersOption = 1,
    limit: LimitOption = None,
    fail_under: FailUnder = None,
) -> None:
    """Ask every gold question, score every answer, print the table and write report.html."""
    import eval as library
    from eval.gate import parse_thresholds
    from eval.report import write_report

    thresholds = parse_thresholds(fail_under or [])
    names = [name.strip() for name in variants.split(",") if name.strip()]
    with progress_bar("questions") as progress:
        done = library.run(
            gold,
            given or [],
            out=out,
            split=split,
            variants=names,
            workers=workers,
            limit=limit,
            progress=progress,
        )
    rows = library.summarise(done)
    print_run(done, rows)
    html, _ = write_report(done, rows)
    typer.echo(f"report: {html}")
    gate(rows, thresholds)


def report(
    folder: RunArgument,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown instead of a table.")] = False,
    fail_under: FailUnder = None,
) -> None:
    """Print the table of a finished run, and write report.html and report.md into it."""
    import eval as library
    from eval.gate import parse_thresholds
    from eval.report import write_report
    from eval.tables import report_markdown

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


def compare(
    folders: RunsArgument,
    metric: Annotated[list[str] | None, typer.Option("--metric", help="Metrics to test (default: eleven).")] = None,
    flips: Annotated[int, typer.Option(help="Show so many questions that flipped, for each flagged metric.")] = 5,
) -> None:
    """Compare runs with the first one, question by question: intervals, permutation test, wins and losses, flips."""
    import eval as library
    from eval.compare import TESTED
    from eval.tables import COMPARED, difference_cells
    from index.errors import InputError

    if len(folders) < 2:
        raise InputError("compare needs at least two runs")
    first, *others = (library.load_run(folder) for folder in folders)
    for other in others:
        found = library.compare(first, other, metrics=metric or TESTED)
        print_table(f"A {first.name}, B {other.name}", COMPARED, difference_cells(found))
        _print_flips(found, flips)


def check(file: Annotated[Path, typer.Argument(help="A gold set.", show_default=False)]) -> None:
    """Validate a gold set: one line on the first thing wrong, or the counts by kind."""
    from collections import Counter

    from eval import load_gold

    gold = load_gold(file)
    counts = Counter(example.kind for example in gold.examples)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    typer.echo(f"{file}: {len(gold.examples)} questions are in order ({kinds})")


def settings() -> None:
    """List the settings that --set takes."""
    from eval.settings import SETTINGS

    cells = [(key, "none" if s.default is None else str(s.default), s.meaning) for key, s in SETTINGS.items()]
    print_table("settings", ("key", "default", "meaning"), cells)


def print_run(done: Run, rows: tuple[Row, ...]) -> None:
    """The headline table, notes, kinds, cost, and the questions that failed."""
    from eval.summary import failures
    from eval.tables import HEAD, cost_cells, kind_cells, metric_cells

    print_table(f"{done.name}: {len(done.results)} questions", HEAD, metric_cells(rows))
    print_table("by kind", ("kind", "key facts", "recall@5", "questions"), kind_cells(done))
    print_table("cost", ("cost", "median", "95th percentile"), cost_cells(done))
    for note in done.manifest["notes"]:
        typer.echo(note)
    for failed in failures(done):
        typer.echo(f"failed: {failed.example.query_id}: {failed.error}", err=True)


def print_table(title: str, head: Any, cells: Any) -> None:
    """A table; in full width where the output is no terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    table = Table(title=title, title_justify="left")
    for name in head:
        table.add_column(name)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def progress_bar(what: str) -> Any:
    """A progress bar with the time left, on standard error, as a context that gives ``progress(done, total)``."""
    from contextlib import contextmanager

    @contextmanager
    def shown() -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(what)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    return shown()


def gate(rows: tuple[Row, ...], thresholds: dict[str, float]) -> None:
    """End with exit code 1 where a metric misses its threshold, one line each."""
    from eval.gate import misses

    lines = misses(rows, thresholds)
    for line in lines:
        typer.echo(f"citewell: {line}", err=True)
    if lines:
        raise typer.Exit(1)


def _print_flips(found: tuple[Difference, ...], limit: int) -> None:
    for one in found:
        if one.significant and limit:
            shown = [f"{query_id} {a:g} -> {b:g}" for query_id, a, b in one.flips]
            rest = f" and {len(shown) - limit} more" if len(shown) > limit else ""
            typer.echo(f"{one.metric} flipped: {'; '.join(shown[:limit])}{rest}")
