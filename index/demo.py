"""The index of the bundled demo corpus: a sync of the cards, into a folder of its own."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from index import database
from index.apply import Progress
from index.embedding import Embedder
from index.store import Store
from index.sync import sync

WAIT = 300.0


def build(folder: Path, embedder: Embedder | None, progress: Progress | None) -> None:
    """Make the demo index in ``folder``, or finish it, or bring it in step with cards of a newer citewell."""
    with as_file(files("index.corpus").joinpath("cards.jsonl")) as cards:
        known = _known(folder) if database.exists(folder) else {}
        state = cards.stat()
        if known == {str(cards.resolve()): (state.st_size, state.st_mtime_ns)}:
            return
        # Cards that lay elsewhere when the index was made (another environment) are named too, so that they go.
        sync([cards, *known], index=folder, embedder=embedder, prune=True, wait=WAIT, progress=progress)


def _known(folder: Path) -> dict[str, tuple[int | None, int | None]]:
    """The files that the index was made from with their size and time; no time where work is unfinished."""
    store = Store(folder)
    try:
        done = store.rows("SELECT value FROM meta WHERE key = 'unfinished'") == [("0",)]
        rows = store.rows("SELECT file, size, mtime_ns FROM files")
        return {file: (size, mtime if done else None) for file, size, mtime in rows}
    finally:
        store.close()
