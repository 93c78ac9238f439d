"""`citewell verify` and `replay`: an answer that was saved, held against the index as it is now, or asked again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from index.errors import InputError
from ui.terminal.options import IndexOption, JsonOption, LlmOption, LlmUrlOption, opened, print_json, say

FAILED = 1


def add_to(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("verify")(verify)
    app.command("replay")(replay)


def verify(
    file: Annotated[Path, typer.Argument(help="An answer saved with `citewell ask --json`.", show_default=False)],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a saved answer against the index: do its quotes still stand? Needs no model.

    Exit code 1 where a quote is no longer in its paper, a recited sentence is not what it cites, or the text is not
    made of the supported sentences. A model's sentences are not checked against their quotes again: `replay` does that.
    """
    from rag.saved import recheck

    saved = saved_answers(file)
    with opened(index, quiet=as_json) as index_:
        results = [recheck(answer, index_) for answer in saved]
    if as_json:
        print_json({"answers": [result.to_dict() for result in results]})
    for result in [] if as_json else results:
        say(result.question)
        for check in result.citations:
            say(f"  [{check.marker}] {check.status:<8} {check.title}")
        for sentence in result.altered:
            say(f"  altered: not what it cites, though said to be recited: {sentence}")
        if result.text_altered:
            typer.echo("  altered: the text is not that of its supported sentences")
        changed = [name for name in ("corpus", "index") if getattr(result, f"{name}_changed")]
        say(f"  since then changed: {', '.join(changed) or 'nothing'}")
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
    """The text of a file in UTF-8, of standard input for "-"; InputError where it has none."""
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text") from error


DIFFERS = 3


def replay(
    file: Annotated[Path, typer.Argument(help="An answer saved with `citewell ask --json`.", show_default=False)],
    index: IndexOption = None,
    llm: LlmOption = None,
    llm_url: LlmUrlOption = None,
    verifier: Annotated[str | None, typer.Option("--verifier", envvar="CITEWELL_VERIFIER")] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a saved question again with the same set-up and show the difference. Exit code 3 where there is one.

    A model, server or verifier that the file names is used only where the options (or their environment variables)
    name the same one.
    """
    from rag.saved import replay as ask_again

    differs = False
    with opened(index, quiet=as_json) as index_:
        for saved in saved_answers(file):
            result = ask_again(saved, index_, llm=llm, llm_url=llm_url, keyed=True, verifier=verifier)
            differs = differs or bool(result.changes)
            if as_json:
                changes = [{"what": c.what, "before": c.before, "now": c.now} for c in result.changes]
                print_json({"question": result.question, "changes": changes, "answer": result.answer.to_dict()})
                continue
            say(result.question)
            for change in result.changes:
                say(f"  {change.what}\n    - {change.before}\n    + {change.now}")
            if not result.changes:
                typer.echo("  the same answer, sentence by sentence")
    if differs:
        raise typer.Exit(DIFFERS)
