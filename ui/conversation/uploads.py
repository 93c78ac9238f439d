"""Papers that people add: kept in a folder beside the index, planned title by title, applied when told to."""

from __future__ import annotations

import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import SyncReport, has_index, info, sync
from index.changes import Plan, Progress
from index.errors import CitewellError, InputError
from index.locations import home
from index.readers import read_file
from index.sync import preview
from ui.conversation.libraries import Library

MOST_FILES = 100
MOST_PLANS = 3  # of one person; the oldest gives way
HOUR = 3600.0  # after which a plan that was not carried out is dropped with its files
PATIENCE = 60.0  # seconds to wait for another program that writes the same index
NAME_BYTES = 180  # of a file's name; file systems end at 255
LINES = 500  # of a plan that is shown
STALE = "the library changed since this plan was made, so nothing was done; this is the plan as it is now"
NEW, CHANGED, SAME, OUT = (
    "will be added",
    "is here with another text; will be changed",
    "is here already",
    "cannot be used",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One paper, or one thing that is none: its title, what will happen to it, and the file."""

    title: str
    what: str
    file: str


@dataclass(frozen=True, slots=True)
class Planned:
    """An upload with its plan. doubtful: files that hold no bibliography and are left out unless they are wanted."""

    token: str
    person: str
    library: Library
    folder: Path
    lines: tuple[Line, ...]
    doubtful: tuple[str, ...]
    generation: int | None
    made: float

    @property
    def empty(self) -> bool:
        """Whether carrying it out would do nothing."""
        return all(line.what in (SAME, OUT) for line in self.lines)


class Uploads:
    """The plans of all people. Each belongs to its maker and to a library as it then was; one is applied at a time."""

    def __init__(self) -> None:
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._plans: dict[str, Planned] = {}

    def plan(self, person: str, target: Library, files: Sequence[Path], names: Sequence[str]) -> Planned:
        """Keep the files and say what adding them would do."""
        if not files or len(files) > MOST_FILES:
            raise InputError(f"choose 1 to {MOST_FILES} files")
        checked(target)
        self.drop_stale()
        folder = home() / "planned" / secrets.token_hex(8)
        folder.mkdir(parents=True)
        taken: set[str] = set()
        try:
            for file, name in zip(files, names, strict=True):
                shutil.copyfile(file, folder / safe_name(name, taken))
            doubtful = tuple(sorted(one.name for one in folder.iterdir() if is_doubtful(one)))
            return self._kept(planned(folder, person, target, doubtful))
        except (CitewellError, OSError):
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def wanting(self, person: str, token: str, wanted: Sequence[str]) -> Planned:
        """The same plan with those of the doubtful files that are wanted as papers after all."""
        old = self.get(person, token)
        left = tuple(name for name in old.doubtful if name not in wanted)
        return self._kept(planned(old.folder, person, old.library, left))

    def get(self, person: str, token: str) -> Planned:
        """The plan of that token."""
        with self._lock:
            found = self._plans.get(token)
        if found is None or found.person != person:
            raise InputError("there is no such plan any more; add the files again")
        return found

    def apply(self, person: str, token: str, progress: Progress) -> SyncReport | Planned:
        """Add what was planned; a new plan instead where the library changed since."""
        old = self.get(person, token)
        with self._writing:
            with self._lock:
                if self._plans.pop(token, None) is None:
                    raise InputError("this plan is carried out already")
            if _generation(old.library) != old.generation:
                return self._kept(planned(old.folder, person, old.library, old.doubtful))
            kept = home() / "uploads" / old.library.name / token
            kept.parent.mkdir(parents=True, exist_ok=True)
            for left in old.folder.glob(f"*{LEFT}"):
                left.unlink()
            shutil.move(old.folder, kept)
            return sync([kept], index=old.library.path, wait=PATIENCE, as_text=True, progress=progress)

    def discard(self, person: str, token: str) -> None:
        """Forget a plan with its files."""
        old = self.get(person, token)
        with self._lock:
            self._plans.pop(token, None)
        shutil.rmtree(old.folder, ignore_errors=True)

    def drop_stale(self, seconds: float = HOUR) -> None:
        """Forget plans older than that with their files, those of an earlier start too."""
        before = time.time() - seconds
        with self._lock:
            self._plans = {token: one for token, one in self._plans.items() if one.made >= before}
            live = {one.folder for one in self._plans.values()}
        folder = home() / "planned"
        for old in folder.iterdir() if folder.is_dir() else ():
            if old not in live and old.stat().st_mtime < before:
                shutil.rmtree(old, ignore_errors=True)

    def _kept(self, one: Planned) -> Planned:
        with self._lock:
            self._plans[one.token] = one
            mine = sorted((p for p in self._plans.values() if p.person == one.person), key=lambda p: p.made)
            gone = [self._plans.pop(old.token) for old in mine[:-MOST_PLANS]]
        for old in gone:
            shutil.rmtree(old.folder, ignore_errors=True)
        return one


LEFT = ".left-out"  # ends the name of a file that is not read


def checked(target: Library) -> None:
    """Refuse the demo papers, which stay as they are."""
    if target.path is None:
        raise InputError("the demo papers stay as they are; choose or make a library of your own")


def planned(folder: Path, person: str, target: Library, doubtful: Sequence[str]) -> Planned:
    """The plan for the files in a folder, those left out that are doubtful."""
    for file in list(folder.iterdir()):
        name = file.name.removesuffix(LEFT)
        file.rename(folder / (name + LEFT if name in doubtful else name))
    files = [file for file in sorted(folder.iterdir()) if not file.name.endswith(LEFT)]
    generation = _generation(target)
    lines = tuple(_lines(preview(files, index=target.path, as_text=True))) if files else ()
    return Planned(folder.name, person, target, folder, lines[:LINES], tuple(doubtful), generation, time.time())


def _lines(plan: Plan) -> Iterator[Line]:
    """What becomes of each paper of the files, then what cannot be used."""
    files = {change.seen.file: Path(change.seen.file).name for change in plan.changes}
    touched = set()
    for papers, what in ((plan.embed, NEW), (plan.record, SAME)):
        for paper, _ in papers:
            here = [files[source.file] for source in paper.sources if source.file in files]
            others = [source for source in paper.sources if source.file not in files]
            touched.add(paper.title)
            yield Line(paper.title, CHANGED if others and what == NEW else what, ", ".join(dict.fromkeys(here)))
    for change in plan.changes:
        for entry in change.content.entries:
            if entry.title not in touched:
                touched.add(entry.title)
                yield Line(entry.title, SAME, Path(change.seen.file).name)
    for reject in plan.rejects:
        where = f"line {reject.line}" if reject.line else "the file"
        yield Line(f"{where}: {_without_folders(reject.reason)}", OUT, Path(reject.file).name)


def is_doubtful(file: Path) -> bool:
    """Whether a file could be read as free text alone: it may be a note as well as a paper."""
    found = read_file(file)
    return found.format == "plain" or (not found.format and bool(read_file(file, as_text=True).entries))


def safe_name(name: str, taken: set[str]) -> str:
    """A file name without folders, control characters or surprises, short enough, and not taken yet."""
    base = re.sub(r"[^\w.\- ()]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    while len(base.encode()) > NAME_BYTES:
        base = base[1:]
    base = base.strip(". ") or "file"
    stem, dot, ending = base.rpartition(".")
    made, count = base, 1
    while made in taken:
        count += 1
        made = f"{stem}-{count}.{ending}" if dot else f"{base}-{count}"
    taken.add(made)
    return made


def _generation(target: Library) -> int | None:
    """The generation of a library's index; None where there is none yet."""
    return info(target.path).generation if has_index(target.path) else None


def _without_folders(text: str) -> str:
    return re.sub(r"(?:/[^/\s:]+)+/", "", text)
