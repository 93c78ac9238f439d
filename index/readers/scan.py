"""Which files lie under the given paths, and what tells cheaply whether they have changed."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import InputError
from index.readers.entries.entry import Reject
from index.readers.files import find_files

CLOCK_GRAIN_NS = 2_000_000_000  # FAT's, the coarsest


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that is there. changed_ns: when its bytes last changed; None where the clock cannot tell."""

    file: str
    size: int
    changed_ns: int | None


@dataclass(frozen=True, slots=True)
class Scan:
    """The files under the paths; ``roots`` are the paths where a file that is not seen is really gone."""

    files: dict[str, Seen]
    paths: tuple[str, ...]
    roots: tuple[str, ...]
    rejects: tuple[Reject, ...]

    def under(self, file: str, roots: Sequence[str]) -> bool:
        """Whether the file is one of the roots, or in one."""
        return any(file == root or file.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def scan(paths: Sequence[str | Path], *, prune: bool, leave_out: Path) -> Scan:
    """Look through files and folders, but not the index's own. A path without any file is a root only with ``prune``.

    A path that cannot be reached is taken as it was written, made absolute, so that ``prune`` finds what came from it.
    """
    if not paths:
        raise InputError("no path given: name the files or folders that hold the papers")
    files: dict[str, Seen] = {}
    rejects: list[Reject] = []
    roots, names = [], []
    own = leave_out.expanduser().resolve()
    for path in paths:
        try:
            root = Path(path).expanduser().resolve()
        except (OSError, RuntimeError, ValueError):  # a name of thousands of bytes, a loop of links
            rejects += find_files([path]).rejects
            continue
        found = find_files([root])
        names.append(str(root))
        here = [file for file in found.files if own not in file.parents]
        rejects += [_kept(reject, root, prune) for reject in found.rejects]
        if not here and not found.rejects:
            rejects.append(_kept(Reject(str(root), None, "no file in this folder"), root, prune))
        for file in here:
            one = _seen(file)
            if isinstance(one, Seen):
                files[one.file] = one
            else:
                rejects.append(one)
        if here or prune:
            roots.append(str(root))
    return Scan(files, tuple(names), tuple(roots), tuple(dict.fromkeys(rejects)))


def _kept(reject: Reject, root: Path, prune: bool) -> Reject:
    """Where a whole path is unusable, say what becomes of the papers that came from it."""
    if prune or reject.file != str(root):
        return reject
    return Reject(reject.file, reject.line, f"{reject.reason}; papers that came from it stay (--prune drops them)")


def _seen(file: Path) -> Seen | Reject:
    try:
        state = file.stat()
    except OSError as error:
        return Reject(str(file), None, f"cannot be read: {error.strerror}")
    return Seen(str(file), state.st_size, changed_ns(state))


def changed_ns(state: os.stat_result) -> int | None:
    """When the file last changed, by the clock that no program sets back (Windows has none); None if that is now.

    A file that changes twice within the clock's grain looks the same both times, and one from the future always may.
    """
    stamp = state.st_mtime_ns if os.name == "nt" else state.st_ctime_ns
    return stamp if stamp < time.time_ns() - CLOCK_GRAIN_NS else None
