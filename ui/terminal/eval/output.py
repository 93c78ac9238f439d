"""What the commands of `citewell eval` share: options, tables, the progress bar, gates, wrong usage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from eval import Run
    from eval.report import Difference, Row

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
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Only so many questions, spread over the kinds; always the same.")
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="Print Markdown instead of a table.")]


@contextmanager
def usage(option: str) -> Iterator[None]:
    """What is wrong with the value of this option is wrong usage: exit code 2."""
    from index.errors import InputError, UnknownName

    try:
        yield
    except (InputError, UnknownName) as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def print_run(done: Run, rows: tuple[Row, ...]) -> None:
    """The headline table, the judges, notes, kinds, cost, and the questions that failed."""
    from eval.report import failures
    from eval.report.tables import (
        ENDINGS,
        HEAD,
        KINDS,
        about,
        cost_cells,
        ending_cells,
        judge_cells,
        judge_head,
        judge_sources,
        kind_cells,
        metric_cells,
    )

    typer.echo(about(done))
    print_table(f"{done.name}: {len(done.results)} questions", HEAD, metric_cells(rows))
    if done.judges:
        print_table("the judges, judged", judge_head(done), judge_cells(done))
        typer.echo(judge_sources(done))
    print_table("endings", ENDINGS, ending_cells(done))
    print_table("by kind", KINDS, kind_cells(done))
    print_table("cost", ("cost", "median", "95th percentile"), cost_cells(done))
    for note in done.manifest["notes"]:
        typer.echo(note)
    for failed in failures(done):
        typer.echo(f"failed: {failed.example.query_id}: {failed.error}", err=True)


def print_table(title: str, head: Sequence[str], cells: Any) -> None:
    """A table; in full width where the output is no terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    table = Table(title=title, title_justify="left")
    for name in head:
        table.add_column(Text(name))
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


@contextmanager
def progress_bar(what: str) -> Iterator[Any]:
    """A progress bar with the time left, on standard error; gives ``progress(done, total)``."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def gate(rows: tuple[Row, ...], thresholds: dict[str, float]) -> None:
    """End with exit code 1 where a metric misses its threshold, one line each."""
    from eval.report import misses

    lines = misses(rows, thresholds)
    for line in lines:
        typer.echo(f"citewell: {line}", err=True)
    if lines:
        raise typer.Exit(1)


def print_flips(found: tuple[Difference, ...], limit: int) -> None:
    """For each flagged metric, the first so many questions whose value changed."""
    for one in found:
        if one.significant and limit:
            shown = [f"{query_id} {a:g} -> {b:g}" for query_id, a, b in one.flips]
            rest = f" and {len(shown) - limit} more" if len(shown) > limit else ""
            typer.echo(f"{one.metric} flipped: {'; '.join(shown[:limit])}{rest}")
