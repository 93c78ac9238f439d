"""What is said when a file of the index cannot be read or written: a full disk is no damage, and deletes nothing."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexBusy, IndexDamaged, IndexProblem

# The system's own words as SQLite, Chroma's engine and Python pass them on.
FULL = (
    *("disk is full", "no space left", "file too large", "quota exceeded", "os error 28)", "os error 27)"),
    *("ioerr_write", "ioerr_shm", "code: 778)", "code: 4874)"),
)
CLOSED = ("readonly", "read-only", "unable to open", "permission denied", "os error 13", "os error 30")
UNREAD = ("disk i/o error", "input/output error", "out of memory", "too many open files", "os error 5", "os error 24")
BUSY = ("database is locked", "table is locked")
FULL_ERRNO = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def circumstance(place: Path | str, error: BaseException) -> IndexProblem | None:
    """The error as one line where the machine is the reason and the files are as good as they were; else None."""
    said = f"{getattr(error, 'sqlite_errorname', '')} {error}".lower()
    short = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    if getattr(error, "errno", None) in FULL_ERRNO or any(word in said for word in FULL):
        return IndexProblem(
            f"no room to write in {place} ({short}): the disk is full or a limit on file size or space is reached. "
            "What was written before is kept; make room and run the same command again"
        )
    if any(word in said for word in CLOSED):
        return IndexProblem(
            f"{place} cannot be opened for this ({short}): check the folder's permissions and that its disk is not "
            "mounted read-only; the index itself is as it was"
        )
    if any(word in said for word in BUSY):
        return IndexBusy(f"another process is writing to {place}; try again when it has finished")
    if any(word in said for word in UNREAD):
        return IndexProblem(f"{place} cannot be read or written ({short}): check disk and memory, then try again")
    return None


def damaged(folder: Path, error: Exception) -> IndexProblem:
    """What to say when SQLite, or what stands in it, cannot be read or written."""
    told = circumstance(f"the index at {folder}", error) if isinstance(error, sqlite3.Error | OSError) else None
    return told or IndexDamaged(f"the index at {folder} cannot be used ({_short(error)}): {rebuild(folder)}")


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Whatever goes wrong inside, in SQLite or in a field that it holds, is one line about the index."""
    try:
        yield
    except (sqlite3.Error, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise damaged(folder, error) from error


def rebuild(folder: Path) -> str:
    """How to make an index anew; nothing is lost by it, not even where this advice was wrong."""
    return f"move {folder} out of the way and run `citewell index sync PATH… --index {folder}` again"


def _short(error: Exception) -> str:
    said = (str(error).strip().splitlines() or [""])[0][:160]
    return said if isinstance(error, sqlite3.Error) else f"a field is damaged: {said or type(error).__name__}"
