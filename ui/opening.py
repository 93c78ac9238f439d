"""Opening the index that a command reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ui.index_commands import shown_progress

if TYPE_CHECKING:
    from index import Index


@contextmanager
def opened(path: Path | None, *, quiet: bool) -> Iterator[Index]:
    """The index at a path, or the user's own, or the demo corpus: then one line on standard error says so."""
    from index.locations import demo_path
    from rag.assistant import open_or_demo

    with shown_progress(enabled=not quiet) as progress:
        index = open_or_demo(path, progress)
    with index:
        if index.path == demo_path() and not quiet:
            typer.echo("(from the demo corpus; `citewell index sync PATH` indexes your own papers)", err=True)
        yield index
