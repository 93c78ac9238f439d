"""The command `citewell`: one typer app, put together from the files that hold its commands."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from index.errors import CitewellError
from ui.terminal import ask as ask_commands
from ui.terminal import chat as chat_command
from ui.terminal import export as export_command
from ui.terminal import index as index_commands
from ui.terminal import models as llm_commands
from ui.terminal import saved as verify_command
from ui.terminal.eval import run as eval_commands

FAILED = 1


def create_app() -> typer.Typer:
    """The app with all its commands; each file of commands has an ``add_to(app)``."""
    app = typer.Typer(
        name="citewell",
        help="Ask your papers. Every sentence of the answer is cited, and checked against what it cites.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    ask_commands.add_to(app)
    verify_command.add_to(app)
    llm_commands.add_to(app)
    index_commands.add_to(app)
    export_command.add_to(app)
    chat_command.add_to(app)
    eval_commands.add_to(app)
    return app


def main() -> None:
    """Run the command line: 0 done, 1 failed, 2 wrong usage, 3 finished with rejects."""
    try:
        create_app()()
    except (CitewellError, OSError) as error:
        print(f"citewell: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(FAILED)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"citewell {version('citewell')}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


if __name__ == "__main__":
    main()
