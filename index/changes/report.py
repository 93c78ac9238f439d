"""What a sync found and did."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from index.readers.entries.entry import Reject


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file holds: its format ("" where it was refused as a whole), records with and without an abstract.

    rejected: records that could not be used. changed: the file is new or other than at the last sync.
    """

    file: str
    format: str
    entries: int
    without_abstract: int
    rejected: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """Records that are one paper: its id and title, and where each record stands (file:position)."""

    paper_id: str
    title: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """Counts over the given paths, after the sync (or, in a dry run, as they would be).

    entries: records with an abstract that the files hold. papers: what they and the records without an abstract were
    merged into. added, changed, unchanged: those papers, against the index before. deleted: papers that no file holds
    any more. merged: records of this run that joined a paper which another record had already made. rejected: records
    and files that could not be used; of them, without_abstract are kept by their titles. generation: the index's
    afterwards; None in a dry run. merges: which records became one paper in this run. notes: what else is to be known.
    """

    entries: int
    papers: int
    added: int
    changed: int
    merged: int
    deleted: int
    unchanged: int
    rejected: int
    rejects: tuple[Reject, ...] = ()
    dry_run: bool = False
    index: str = ""
    generation: int | None = None
    without_abstract: int = 0
    files: tuple[FileReport, ...] = ()
    merges: tuple[Merged, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON types."""
        return asdict(self)
