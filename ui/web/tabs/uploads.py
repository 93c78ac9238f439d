"""Papers that people add: kept in a folder beside the index, planned first, applied when told to."""

from __future__ import annotations

import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index import has_index, info, remove, sync
from index.errors import CitewellError, InputError
from index.locations import home
from ui.conversation.libraries import OWN, Library
from ui.conversation.sessions import HOURS_KEPT
from ui.conversation.workspace import Workspace

MOST_FILES = 100
PATIENCE = 60.0  # seconds to wait for another program that writes the same index
STALE = "the library changed since this plan was made, so nothing was done; this is the plan as it is now"
STRANGE = "it stopped unexpectedly; the terminal says why"


@dataclass(frozen=True, slots=True)
class Job:
    """An upload on its way: planned, running, done or failed. generation: of the index that the plan was made for."""

    token: str
    library: str
    folder: Path
    state: str
    report: dict[str, Any]
    generation: int | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    error: str | None = None


def safe_name(name: str, taken: set[str]) -> str:
    """A file name without folders, control characters or surprises, and not taken yet."""
    base = re.sub(r"[^\w.\- ()]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")[-100:] or "file"
    stem, dot, ending = base.rpartition(".")
    made, count = base, 1
    while made in taken:
        count += 1
        made = f"{stem}-{count}.{ending}" if dot else f"{base}-{count}"
    taken.add(made)
    return made


class Uploads:
    """The uploads of all sessions. An upload belongs to the session that made it; one is applied at a time.

    Files wait in a folder of their own until their plan is applied; a plan left alone is dropped with its files.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._jobs: dict[tuple[str, str], Job] = {}

    def plan(self, session: str, target: Library, files: Sequence[tuple[str, bytes]]) -> Job:
        """Keep the files and say what adding them would do."""
        if not files or len(files) > MOST_FILES:
            raise InputError(f"choose 1 to {MOST_FILES} files")
        if target.path is None:
            raise InputError("the demo corpus stays as it is; add papers to a library of your own")
        self.drop_stale()
        token = secrets.token_hex(8)
        folder = home() / "planned" / token
        folder.mkdir(parents=True)
        taken: set[str] = set()
        for name, data in files:
            (folder / safe_name(name, taken)).write_bytes(data)
        try:
            return self._put(session, _planned(Job(token, target.name, folder, "planned", {}), target))
        except CitewellError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def apply(self, session: str, token: str, target: Library) -> Job:
        """Begin to add what was planned; ``job`` tells how far it is.

        A plan is not carried out on a library that changed since: the job is then "planned" again, with a new report.
        """
        with self._lock:
            job = self._jobs.get((session, token))
            if job is None or job.state != "planned":
                raise InputError(f"that upload is {job.state if job else 'gone'} already")
            running = self._jobs[session, token] = replace(job, state="running", stage="waiting", error=None)
        threading.Thread(target=self._run, args=(session, running, target), daemon=True).start()
        return running

    def discard(self, session: str, token: str) -> None:
        """Forget an upload that was not applied."""
        job = self.job(session, token)
        if job.state == "planned":
            shutil.rmtree(job.folder, ignore_errors=True)
            with self._lock:
                del self._jobs[session, token]

    def job(self, session: str, token: str) -> Job:
        """The upload of that token."""
        with self._lock:
            if (session, token) not in self._jobs:
                raise InputError("there is no such upload; add the files again")
            return self._jobs[session, token]

    def drop_stale(self, seconds: float = HOURS_KEPT * 3600) -> None:
        """Forget plans older than that with their files, those of an earlier start too."""
        folder = home() / "planned"
        before = time.time() - seconds
        for old in folder.iterdir() if folder.is_dir() else ():
            if old.stat().st_mtime < before:
                shutil.rmtree(old, ignore_errors=True)
        with self._lock:
            self._jobs = {key: job for key, job in self._jobs.items() if job.state != "planned" or job.folder.exists()}

    def remove(self, target: Library, paper_ids: Sequence[str]) -> int:
        """Take papers out of a library."""
        if target.path is None:
            raise InputError("the demo corpus stays as it is")
        with self._writing:
            return remove(paper_ids, index=target.path)

    def _put(self, session: str, job: Job) -> Job:
        with self._lock:
            self._jobs[session, job.token] = job
        return job

    def _run(self, session: str, job: Job, target: Library) -> None:
        def told(stage: str, done: int, total: int) -> None:
            self._put(session, replace(job, stage=stage, done=done, total=total))

        ended = replace(job, state="failed", error=STRANGE)
        try:
            with self._writing:
                if _generation(target) != job.generation:
                    ended = replace(_planned(job, target), error=STALE)
                    return
                job = replace(job, folder=_kept(job, target))
                report = sync([job.folder], index=target.path, wait=PATIENCE, progress=told).to_dict()
            ended = replace(job, state="done", report=_named(report, job.folder))
        except (CitewellError, OSError) as error:
            ended = replace(job, state="failed", error=str(error))
        finally:
            self._put(session, ended)


def _generation(target: Library) -> int | None:
    """The generation of a library's index; None where there is none yet."""
    return info(target.path).generation if has_index(target.path) else None


def _planned(job: Job, target: Library) -> Job:
    """The job with a plan for the library as it is now."""
    generation = _generation(target)
    report = sync([job.folder], index=target.path, dry_run=True).to_dict()
    return replace(job, state="planned", report=_named(report, job.folder), generation=generation)


def _kept(job: Job, target: Library) -> Path:
    """Move the files to where the index will name them as its sources."""
    kept = home() / "uploads" / target.name / job.token
    kept.parent.mkdir(parents=True, exist_ok=True)
    return job.folder.rename(kept)


def _named(report: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The report with file names as people know them: not where they are kept."""
    prefix = f"{folder.resolve()}/"
    rejects = [
        {**one, "file": Path(one["file"]).name, "reason": one["reason"].replace(prefix, "").replace(f"{folder}/", "")}
        for one in report["rejects"]
    ]
    return {**report, "rejects": rejects, "index": ""}


def writable(libraries: Sequence[Library]) -> Callable[[str], Library]:
    """Finds the library to add to by name; for the demo corpus that is the user's own."""
    return lambda name: next((one for one in libraries if one.name == name and one.path), _own(libraries))


def _own(libraries: Sequence[Library]) -> Library:
    return next(one for one in libraries if one.name == OWN)
