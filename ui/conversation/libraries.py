"""The indexes that a chat can ask: the demo corpus, the user's own, and those beside it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from index import Index, demo_index, has_index, open_index
from index.changes import Progress
from index.errors import IndexProblem, InputError, UnknownName
from index.locations import default_index, home

DEMO, OWN = "demo", "own"
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Library:
    """An index by name. ``path`` is None for the demo corpus, which nothing is added to."""

    name: str
    label: str
    path: Path | None

    @property
    def exists(self) -> bool:
        """Whether it holds papers; the demo corpus is built, and of a damaged index it is told, when it is asked."""
        try:
            return self.path is None or has_index(self.path)
        except IndexProblem:
            return True


def libraries(given: Path | None = None) -> tuple[Library, ...]:
    """All libraries; the one that the chat was started with comes first."""
    own = Library(OWN, "Your papers", default_index())
    found = [Library(DEMO, "Demo papers", None), own]
    if given is not None and given.resolve() != own.path:
        found.insert(0, Library(given.name or "given", given.name, given))
    folder = home() / "libraries"
    if folder.is_dir():
        found += [Library(one.name, one.name, one) for one in sorted(folder.iterdir()) if one.is_dir()]
    return tuple({one.name: one for one in reversed(found)}[name] for name in dict.fromkeys(one.name for one in found))


def library(name: str, given: Path | None = None) -> Library:
    """The library of that name."""
    known = {one.name: one for one in libraries(given)}
    if name not in known:
        raise UnknownName("library", name, tuple(known))
    return known[name]


def new_library(name: str) -> Library:
    """A library that does not exist yet; its index is made when papers are first added."""
    folder = home() / "libraries" / checked(name)
    if folder.exists():
        raise InputError(f"there is a library {name!r} already")
    folder.mkdir(parents=True)
    return Library(name, name, folder)


def checked(name: str) -> str:
    """A name that a library can have."""
    if len(name) > LONGEST_NAME or not re.fullmatch(r"\w[\w .-]*", name) or name in (DEMO, OWN):
        raise InputError("a library's name has 1 to 40 letters, digits, spaces, dots or dashes, and is not demo or own")
    return name


def rename_library(chosen: Library, name: str) -> Library:
    """The library under another name."""
    folder = _made_here(chosen)
    target = folder.parent / checked(name)
    if target.exists():
        raise InputError(f"there is a library {name!r} already")
    folder.rename(target)
    return Library(name, name, target)


def delete_library(chosen: Library) -> None:
    """Delete a library that was made here, with the files that were added to it."""
    shutil.rmtree(_made_here(chosen))
    shutil.rmtree(home() / "uploads" / chosen.name, ignore_errors=True)


def _made_here(chosen: Library) -> Path:
    if chosen.path is None or chosen.path.parent != home() / "libraries":
        raise InputError(f"{chosen.label} was not made here, so it is neither renamed nor deleted here")
    return chosen.path


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def open_library(chosen: Library, progress: Progress | None = None) -> Index:
    """Open it; the demo corpus is indexed on first use."""
    return demo_index(progress or _quiet) if chosen.path is None else open_index(chosen.path)
