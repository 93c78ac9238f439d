"""`citewell models`: what can answer, and what can check."""

from __future__ import annotations

import shutil
import textwrap
from typing import Annotated

import typer

from ui.terminal.options import JsonOption, print_json

ServerOption = Annotated[
    str | None, typer.Option("--server", help="Address of the server of the files (default: the hub's, HF_ENDPOINT).")
]
RevisionOption = Annotated[str | None, typer.Option("--revision", help="The commit of the model's repository.")]
Sha256Option = Annotated[
    list[str] | None, typer.Option("--sha256", metavar="FILE=SUM", help="What a file must be; again for more files.")
]


def add_to(app: typer.Typer) -> None:
    """Add the group `models` to the app; without a command it lists."""
    group = typer.Typer(help="What can answer and what can check; fetch a model.", invoke_without_command=True)
    group.callback()(models)
    group.command("get")(get)
    app.add_typer(group, name="models")


def get(
    name: Annotated[str, typer.Argument(help="What to fetch: nli.", show_default=False)],
    server: ServerOption = None,
    revision: RevisionOption = None,
    sha256: Sha256Option = None,
) -> None:
    """Fetch a model onto this machine: nothing is ever fetched without this command. It goes on where it broke off."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from rag.verify import fetch_model, fetchable

    model = fetchable(name)
    typer.echo(f"{model.repository}: {model.what}; licence {model.licence}; about {model.megabytes} MB", err=True)
    sums = dict(part.split("=", 1) for part in sha256 or () if "=" in part)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def show(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bar.add_task(file)
            bar.update(tasks[file], completed=done, total=total)

        folder = fetch_model(name, server, revision=revision, sha256=sums, progress=show)
    typer.echo(f"{name} is in {folder}; `--verifier auto` takes it from now on")


def models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List what can answer and what can check, which of it is usable now, and what each lacks. Nothing is called."""
    if context.invoked_subcommand:
        return
    from rag.llms import Provider, providers
    from rag.verify import VERIFIERS, lacks

    listed = {
        "providers": providers(),
        "verifiers": tuple(Provider(name, what, lacks(name)) for name, what in VERIFIERS.items()),
    }
    if as_json:
        told = {
            part: [{"name": p.name, "what": p.what, "usable": not p.lacks, "lacks": p.lacks} for p in found]
            for part, found in listed.items()
        }
        print_json(told)
        return
    first = max(len(p.name) for found in listed.values() for p in found)
    width = min(shutil.get_terminal_size().columns, 100)
    for part, option in (("providers", "--llm"), ("verifiers", "--verifier")):
        typer.echo(f"{part} ({option})")
        for p in listed[part]:
            typer.echo(f"  {p.name:<{first}} {f'needs {p.lacks}' if p.lacks else 'usable'}")
            typer.echo(textwrap.fill(p.what, width, initial_indent=" " * 4, subsequent_indent=" " * 4))
