"""The options that several commands share, and what they open: the index, the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from index.errors import ModelError

if TYPE_CHECKING:
    from index import Index
    from index.changes import Progress
    from rag.llms import LLM

STAGES = {"scan": "looking for files", "read": "reading", "embed": "embedding papers"}
IndexOption = Annotated[
    Path | None, typer.Option("--index", envvar="CITEWELL_INDEX", help="Folder of the index (default: your own).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def say(text: str) -> None:
    """A line that holds others' text (titles, file names, saved answers); nothing in it steers a terminal."""
    from rag.text import visible

    typer.echo(visible(text))


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def shown_progress(*, enabled: bool = True) -> Iterator[Progress]:
    """A progress bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not (enabled and console.is_terminal)) as bar:
        task = bar.add_task("")

        def show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=STAGES.get(stage, stage), completed=done, total=total)

        yield show


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
JudgeOption = Annotated[
    str,
    typer.Option("--judge", help="What judges sentences left open: none, llm (the model itself), or another model."),
]
StrictnessOption = Annotated[
    str, typer.Option("--strictness", help="How a model is held: auto (strict where it is tiny), strict or normal.")
]
PolicyOption = Annotated[
    Literal["flag", "drop", "extract"],
    typer.Option("--policy", help="Sentences that their citations do not support: flag, drop or extract."),
]
NoFallbackOption = Annotated[
    bool, typer.Option("--no-fallback", help="Fail when the model fails; do not quote the papers instead.")
]


def make_llm(
    name: str | None, url: str | None, timeout: float, context: int | None = None, *, fallback: bool
) -> LLM | None:
    """The model that the options name; None for the quoting answer. One that is down fails when it is asked."""
    if name is None and url is None:
        return None
    from rag.llms import Limits, ScriptedLLM, get_llm

    limits = Limits(silence=timeout, total=max(600.0, 5 * timeout))
    try:
        return get_llm(name, url=url, keyed=True, context=context, limits=limits)
    except ModelError as error:
        if not fallback:
            raise
        return ScriptedLLM(error)


@contextmanager
def opened(path: Path | None, *, quiet: bool) -> Iterator[Index]:
    """The index at a path, or the user's own, or the demo corpus: then one line on standard error says so."""
    from index import open_or_demo
    from index.locations import demo_path

    with shown_progress(enabled=not quiet) as progress:
        index = open_or_demo(path, progress)
    with index:
        if index.path == demo_path() and not quiet:
            typer.echo("(from the demo corpus; `citewell index sync PATH` indexes your own papers)", err=True)
        yield index
