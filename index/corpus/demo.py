"""The index of the bundled demo corpus: a sync of the cards, into a folder of its own."""

from __future__ import annotations

import contextlib
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from index.changes.apply import Progress
from index.chroma.vectors import Vectors
from index.cut.chunking import describe
from index.embedding import Embedder, get_embedder
from index.errors import IndexDamaged, IndexMismatch
from index.readers.scan import changed_ns
from index.storage import database
from index.storage.lock import writing
from index.storage.store import Store
from index.sync import sync

WAIT = 300.0


def build(folder: Path, embedder: Embedder | None, progress: Progress | None) -> None:
    """Make the demo index in ``folder``, or finish it, or bring it in step with cards of a newer citewell.

    One that another citewell or another model made, or that is damaged, is made anew: nothing in it is the user's.
    """
    model = embedder or get_embedder()
    try:
        if database.exists(folder):
            _check(folder, model)
        _bring_in_step(folder, model, progress)
    except (IndexMismatch, IndexDamaged):
        _clear(folder, model)
        _bring_in_step(folder, model, progress)


def _bring_in_step(folder: Path, embedder: Embedder, progress: Progress | None) -> None:
    with as_file(files("index.corpus").joinpath("cards.jsonl")) as cards:
        known = _known(folder) if database.exists(folder) else {}
        state = cards.stat()
        if known == {str(cards.resolve()): (state.st_size, changed_ns(state))} and Vectors(folder).there():
            return
        # Cards that lay elsewhere when the index was made (another environment) are named too, so that they go.
        sync([cards, *known], index=folder, embedder=embedder, prune=True, wait=WAIT, progress=progress)


def _check(folder: Path, model: Embedder) -> None:
    store = Store(folder)
    try:
        made, build = store.manifest(), store.rows("SELECT value FROM meta WHERE key = 'build'")
    finally:
        store.close()
    if build != [(database.BUILD,)]:
        raise IndexMismatch(f"the demo index at {folder} was made by another citewell")
    here = (model.name, model.dimension, describe(model.max_tokens))
    if (made.model, made.dimension, made.chunking) != here:
        raise IndexMismatch(f"the demo index at {folder} was built with {made.model}, {made.chunking}")


def _clear(folder: Path, model: Embedder) -> None:
    """Empty the folder, but not where another process has just made the index anew."""
    with writing(folder, WAIT):
        with contextlib.suppress(IndexMismatch, IndexDamaged):
            if database.exists(folder):
                _check(folder, model)
            return
        for entry in folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()


def _known(folder: Path) -> dict[str, tuple[int | None, int | None]]:
    """The files that the index was made from with their size and time; no time where work is unfinished."""
    store = Store(folder)
    try:
        done = store.rows("SELECT value FROM meta WHERE key = 'unfinished'") == [("0",)]
        rows = store.rows("SELECT file, size, mtime_ns FROM files")
        return {file: (size, mtime if done else None) for file, size, mtime in rows}
    finally:
        store.close()
