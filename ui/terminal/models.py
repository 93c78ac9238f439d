"""`citewell models`: what can answer, and what can check."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import typer

from ui.terminal.options import JsonOption, print_json

if TYPE_CHECKING:
    pass


def add_to(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("models")(models)


def models(as_json: JsonOption = False) -> None:
    """List what can answer and what can check, which of it is usable now, and what each lacks. Nothing is called."""
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
