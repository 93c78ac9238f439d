"""`citewell verify`: an answer that was saved, held against the index as it is now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from index.errors import InputError
from ui.index_commands import IndexOption, JsonOption, print_json
from ui.opening import opened

FAILED = 1


def add_to(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("verify")(verify)


def verify(
    file: Annotated[Path, typer.Argument(help="An answer saved with `citewell ask --json`.", show_default=False)],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a saved answer against the index: do its quotes still stand? Needs no model.

    Exit code 1 where a quote is no longer in its paper, a recited sentence is not what it cites, or the text is not
    made of the supported sentences. A model's sentences are not checked against their quotes again: `replay` does that.
    """
    from rag.recheck import recheck

    saved = saved_answers(file)
    with opened(index, quiet=as_json) as index_:
        results = [recheck(answer, index_) for answer in saved]
    if as_json:
        print_json({"answers": [result.to_dict() for result in results]})
    for result in [] if as_json else results:
        typer.echo(result.question)
        for check in result.citations:
            typer.echo(f"  [{check.marker}] {check.status:<8} {check.title}")
        for sentence in result.altered:
            typer.echo(f"  altered: not what it cites, though said to be recited: {sentence}")
        if result.text_altered:
            typer.echo("  altered: the text is not that of its supported sentences")
        changed = [name for name in ("corpus", "index") if getattr(result, f"{name}_changed")]
        typer.echo(f"  since then changed: {', '.join(changed) or 'nothing'}")
    if not all(result.holds for result in results):
        raise typer.Exit(FAILED)


def saved_answers(file: Path) -> list[dict[str, Any]]:
    """One answer, or one a line as `ask --file` prints them."""
    text = read_text(file)
    try:
        found = [json.loads(text)]
    except json.JSONDecodeError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError as error:
            raise InputError(f"{file} is no JSON: {error.msg} at line {error.lineno}") from error
    if not found or not all(isinstance(answer, dict) for answer in found):
        raise InputError(f"{file} holds no answer; save one with `citewell ask QUESTION --json`")
    return found


def read_text(file: Path) -> str:
    """The text of a file in UTF-8; InputError where it has none."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text") from error
