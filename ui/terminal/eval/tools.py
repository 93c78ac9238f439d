"""`citewell eval arena|sweep|draft|leave-out|import|export`: the tools around runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ui.terminal.eval.output import (
    GoldOption,
    LimitOption,
    MarkdownOption,
    RunsArgument,
    SetOption,
    SplitOption,
    print_run,
    print_table,
    progress_bar,
    usage,
)

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index (default: yours, else the demo corpus).")
]
OutOption = Annotated[Path, typer.Option("--out", help="Where to write.")]


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group `eval`."""
    for command in (arena, sweep, draft):
        group.command(command.__name__)(command)
    group.command("leave-out")(leave_out)
    group.command("export")(export)
    group.command("import")(import_)


def arena(
    folders: RunsArgument,
    judge: Annotated[str | None, typer.Option(help="provider:model as judge (default: the scorer).")] = None,
    judge_url: Annotated[str | None, typer.Option(help="Address of the judge's server.")] = None,
    scorer: Annotated[str, typer.Option(help="Without an LLM: overlap, local, nli, or a cross-encoder.")] = "local",
    seed: Annotated[int, typer.Option(help="Seed of the brackets and intervals.")] = 0,
) -> None:
    """Let runs play against each other without references: Elo ratings with 95% intervals."""
    from eval import load_run
    from eval.choose import arena as play
    from eval.choose import by_judge, by_scorer
    from eval.harness import named_judge, named_scorer

    if len(folders) < 2:
        raise typer.BadParameter("an arena needs at least two runs", param_hint="FOLDERS")
    prefer = by_judge(named_judge(judge, judge_url)) if judge is not None else by_scorer(named_scorer(scorer))
    ratings = play([load_run(folder) for folder in folders], prefer, seed=seed)
    cells = [(r.name, f"{r.elo:.0f}", f"{r.low:.0f} to {r.high:.0f}", f"{r.wins:g}", str(r.matches)) for r in ratings]
    print_table(f"arena, judge: {judge or scorer}", ("run", "Elo", "95% interval", "wins", "matches"), cells)


def sweep(
    grid: Annotated[list[str], typer.Option("--grid", metavar="KEY=A,B", help="Values to try; again for more keys.")],
    out: OutOption,
    gold: GoldOption = None,
    given: SetOption = None,
    split: SplitOption = "dev",
    limit: LimitOption = None,
    by: Annotated[str, typer.Option(help="The metric that orders the leaderboard.")] = "key_fact_recall",
    prefix: Annotated[str, typer.Option("--name", help="What the names of these runs start with.")] = "",
    markdown: MarkdownOption = False,
) -> None:
    """Run every combination of settings, each into a folder below --out; print a leaderboard of all runs there."""
    from eval import choose as library
    from eval.harness import parse_settings
    from eval.report.tables import markdown as table
    from eval.report.tables import number

    with usage("--grid"):
        points = library.grid(grid)
    with usage("--set"):
        parse_settings(given or [])
    with usage("--by"):
        library.direction(by)
    with progress_bar("set-ups") as progress:
        started: list[str] = []

        def note(name: str) -> None:
            progress(len(started), len(points))
            started.append(name)

        runs = library.sweep(
            points,
            out=out,
            settings=given or [],
            gold=gold,
            split=split,
            limit=limit,
            prefix=prefix,
            started=note,
        )
        progress(len(points), len(points))
    board = library.leaderboard(library.board_of(out, runs), by)
    shown = tuple(dict.fromkeys((by, *library.SHOWN)))
    head, cells = ("set-up", *shown), [(run.name, *(number(rows[m].value) for m in shown)) for run, rows in board]
    if markdown:
        typer.echo(table(head, cells))
    else:
        print_table(f"by {by}, {runs[0].manifest['gold']['questions']} questions", head, cells)


def draft(
    out: OutOption,
    index: IndexOption = None,
    llm: Annotated[str | None, typer.Option(help="provider:model that words questions (default: rules).")] = None,
    llm_url: Annotated[str | None, typer.Option(help="Address of the LLM's server.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Stop after so many accepted questions.")] = 20,
    seed: Annotated[int, typer.Option(help="Another seed proposes other questions.")] = 0,
) -> None:
    """Propose questions over your papers; you accept, edit or reject each. Accepted ones are appended to --out."""
    from eval.gold import by_llm, by_rules, review
    from rag.llms import get_llm

    with _opened(index) as opened:
        papers = opened.papers()
    made = (
        by_rules(papers, seed=seed) if llm is None else by_llm(papers, get_llm(llm, url=llm_url, keyed=True), seed=seed)
    )

    def ask(text: str) -> str:
        return str(typer.prompt(text, default="", show_default=False, prompt_suffix=""))

    accepted = review(made, out, ask=ask, say=typer.echo, count=count)
    typer.echo(f"{accepted} accepted" + (f" into {out}" if accepted else ""))


def leave_out(
    papers: Annotated[Path, typer.Argument(help="A file of papers: half of them are taken out.", show_default=False)],
    questions: Annotated[Path, typer.Argument(help="Questions about them (docs/metrics.md).", show_default=False)],
    seed: Annotated[int, typer.Option(help="Another seed takes out another half.")] = 0,
) -> None:
    """Ask about papers that are there and papers that are not: how often is either refused?"""
    from eval.harness import leave_out as measure

    with progress_bar("questions") as progress:
        found = measure(papers, questions, seed=seed, progress=progress)
    print_table(f"{papers.name}, half left out (seed {seed})", ("questions", "asked", "refused"), found.lines())


def export(
    out: OutOption,
    run: Annotated[Path | None, typer.Option(help="A run: writes run.trec and qrels.trec.")] = None,
    gold: GoldOption = None,
    index: IndexOption = None,
) -> None:
    """Write a gold set with its papers as a BEIR folder, or a run as TREC run and qrels files."""
    from eval import load_gold, load_run
    from eval.interchange import export_beir, export_trec

    if run is not None:
        export_trec(load_run(run), out)
    else:
        with _opened(index) as opened:
            export_beir(load_gold(gold), opened.papers(), out)
    typer.echo(f"written: {out}")


def import_(
    source: Annotated[Path, typer.Argument(help="A BEIR folder, or a TREC run file.", show_default=False)],
    out: OutOption,
    gold: GoldOption = None,
    index: IndexOption = None,
) -> None:
    """Make a gold set of a BEIR folder, or a run of a TREC run file (scored against --gold, by retrieval alone)."""
    from eval import load_gold, summarise
    from eval.interchange import import_beir, import_trec

    if source.is_dir():
        written, empty = import_beir(source, out)
        typer.echo(f"{written} questions into {out}; {empty} queries without a relevant paper with a title left out")
        return
    with _opened(index) as opened:
        done = import_trec(source, load_gold(gold), opened.papers(), out)
    print_run(done, summarise(done))


def _opened(index: Path | None) -> Any:
    from index import open_or_demo

    return open_or_demo(index)
