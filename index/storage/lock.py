"""One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexBusy, IndexProblem
from index.storage.faults import circumstance


@contextmanager
def writing(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the index in ``folder`` for writing; readers go on. The lock goes with the process that holds it."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock")
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise IndexBusy(f"another process is writing to {folder}; try again when it has finished") from error
    except OSError as error:
        told = circumstance(folder, error)
        raise told or IndexProblem(f"cannot write to {folder}: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()
