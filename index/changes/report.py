"""What a sync found and did."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from index.readers.entries.entry import Reject


@dataclass(frozen=True, slots=True)
class SyncReport:
    """Counts over the given paths, after the sync (or, in a dry run, as they would be).

    entries: records that the files hold. papers: what they were merged into. added, changed, unchanged: those papers,
    against the index before. deleted: papers that no file holds any more. merged: records of this run that joined a
    paper which another record had already made. rejected: records and files that could not be used. generation: the
    index's afterwards; None in a dry run.
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

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON types."""
        return asdict(self)
