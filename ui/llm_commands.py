"""`citewell models` and `citewell replay`, and the options by which `ask` names a language model."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from index.errors import ModelError
from ui.index_commands import IndexOption, JsonOption, print_json

if TYPE_CHECKING:
    from rag.llms import LLM

DIFFERS = 3
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm", envvar="CITEWELL_LLM", help="Model that writes the answer, PROVIDER:MODEL; see `citewell models`."
    ),
]
LlmUrlOption = Annotated[
    str | None,
    typer.Option(
        "--llm-url", envvar="CITEWELL_LLM_URL", help="Server with OpenAI's protocol, e.g. http://127.0.0.1:8080/v1."
    ),
]
LlmTimeoutOption = Annotated[
    float, typer.Option("--llm-timeout", min=0.1, help="Seconds of silence after which a model is given up.")
]
LlmContextOption = Annotated[
    int | None,
    typer.Option("--llm-context", min=512, help="Tokens that the model's context holds, where its server tells none."),
]
VerifierOption = Annotated[
    str,
    typer.Option(
        "--verifier",
        envvar="CITEWELL_VERIFIER",
        help="What checks the model's sentences; auto: the best one here. See `citewell models`.",
    ),
]
PolicyOption = Annotated[
    Literal["flag", "drop", "extract"],
    typer.Option("--policy", help="Sentences that their citations do not support: flag, drop or extract."),
]
NoFallbackOption = Annotated[
    bool, typer.Option("--no-fallback", help="Fail when the model fails; do not quote the papers instead.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("models")(models)
    app.command("replay")(replay)


def make_llm(
    name: str | None, url: str | None, timeout: float, context: int | None = None, *, fallback: bool
) -> LLM | None:
    """The model that the options name; None for the quoting answer. One that is down fails when it is asked."""
    if name is None and url is None:
        return None
    from rag.llms import Limits, ScriptedLLM, get_llm

    limits = Limits(silence=timeout, total=max(600.0, 5 * timeout))
    try:
        return get_llm(name, url=url, context=context, limits=limits)
    except ModelError as error:
        if not fallback:
            raise
        return ScriptedLLM(error)


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


def replay(
    file: Annotated[Path, typer.Argument(help="An answer saved with `citewell ask --json`.", show_default=False)],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a saved question again with the same set-up and show the difference. Exit code 3 where there is one."""
    from rag.replay import replay as ask_again
    from ui.opening import opened
    from ui.verify_command import saved_answers

    differs = False
    with opened(index, quiet=as_json) as index_:
        for saved in saved_answers(file):
            result = ask_again(saved, index_)
            differs = differs or bool(result.changes)
            if as_json:
                changes = [{"what": c.what, "before": c.before, "now": c.now} for c in result.changes]
                print_json({"question": result.question, "changes": changes, "answer": result.answer.to_dict()})
                continue
            typer.echo(result.question)
            for change in result.changes:
                typer.echo(f"  {change.what}\n    - {change.before}\n    + {change.now}")
            if not result.changes:
                typer.echo("  the same answer, sentence by sentence")
    if differs:
        raise typer.Exit(DIFFERS)
