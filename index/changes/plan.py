"""What a sync would do: which files are new or changed or gone, and what that makes of the papers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.changes.report import FileReport, Merged
from index.corrections import PREFIX, corrected, read_corrections
from index.merge.identity import kept_apart, merge
from index.readers import READERS
from index.readers.entries.entry import Entry, FileContent, Reject
from index.readers.scan import Scan, Seen
from index.schema import Paper, Source
from index.storage.codec import entry_from_json, paper_from_json, paper_sha256
from index.storage.faults import reading
from index.storage.writer import text_sha256

_MOST_TOLD = 1_000  # merges and notes in a report
AGED = "read by an older version: "  # before the sha256 of a file that is to be read again
Rows = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Known:
    """A file as the index recorded it."""

    size: int | None
    changed_ns: int | None
    sha256: str
    failed: bool
    rejects: tuple[Reject, ...]
    format: str = ""


@dataclass(frozen=True, slots=True)
class KnownPaper:
    """A paper as the index holds it: its fingerprints, and the number of entries that it was merged from."""

    paper: Paper
    sha256: str
    text_sha256: str
    entries: int


@dataclass(frozen=True, slots=True)
class Before:
    """The index before the sync; ``counts`` is the number of entries of each file."""

    files: dict[str, Known] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    papers: dict[str, KnownPaper] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    unfinished: bool = False
    corrections: dict[str, dict[str, str]] = field(default_factory=dict)
    entries: Callable[[], dict[str, list[Entry]]] = dict


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file as it is now; ``keep`` says that it could not be read and that its old entries stay.

    again: its bytes are as they were, but readers of an older version had read them.
    """

    seen: Seen
    content: FileContent
    keep: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a sync is about to do. ``embed`` and ``record`` hold papers with their number of entries.

    renamed: what is kept of a paper under an old id, and the id that better readers give it.
    """

    changes: tuple[FileChange, ...]
    gone: tuple[str, ...]
    embed: tuple[tuple[Paper, int], ...]
    record: tuple[tuple[Paper, int], ...]
    delete: tuple[str, ...]
    entries: int
    papers: int
    added: int
    changed: int
    merged: int
    unchanged: int
    rejects: tuple[Reject, ...]
    files: tuple[FileReport, ...] = ()
    merges: tuple[Merged, ...] = ()
    notes: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changes or self.gone or self.embed or self.record or self.delete)


def read_before(rows: Rows, folder: Path) -> Before:
    """What the index in ``folder`` holds now; its entries are loaded when asked for."""
    with reading(folder):
        return _read_before(rows, folder)


def _read_before(rows: Rows, folder: Path) -> Before:
    files = {}
    aged = rows("SELECT value FROM meta WHERE key = 'readers'") != [(READERS,)]
    for file, size, mtime, sha256, failed, rejects, name in rows(
        "SELECT file, size, mtime_ns, sha256, failed, rejects, format FROM files"
    ):
        told = tuple(Reject(*one) for one in json.loads(rejects))
        if aged and sha256 and not sha256.startswith(AGED):
            mtime, sha256 = None, AGED + sha256
        files[file] = Known(size, mtime, sha256, bool(failed), told, name or "")
    papers = {}
    for data, sha256, text, count in rows("SELECT data, sha256, text_sha256, entries FROM papers"):
        paper = paper_from_json(data)
        papers[paper.paper_id] = KnownPaper(paper, sha256, text, count)
    return Before(
        files,
        dict(rows("SELECT file, coalesce(sum(json_extract(data, '$.abstract') <> ''), 0) FROM entries GROUP BY file")),
        papers,
        frozenset(paper_id for (paper_id,) in rows("SELECT paper_id FROM removed")),
        bool(rows("SELECT 1 FROM meta WHERE key = 'unfinished' AND value = '1'")),
        read_corrections(rows(f"SELECT key, value FROM meta WHERE key LIKE '{PREFIX}%'")),
        lambda: _load_entries(rows, folder),
    )


def _load_entries(rows: Rows, folder: Path) -> dict[str, list[Entry]]:
    entries: dict[str, list[Entry]] = {}
    with reading(folder):
        for file, data in rows("SELECT file, data FROM entries ORDER BY file, position"):
            entries.setdefault(file, []).append(entry_from_json(data))
        return entries


def make_plan(scan: Scan, before: Before, read: Callable[[str], FileContent], full: bool = False) -> Plan:
    """Read what is new or changed (with ``full``: everything), merge it with what is known, and compare."""
    changes = tuple(change for seen in scan.files.values() if (change := _change(seen, before, read, full)))
    gone = tuple(file for file in before.files if file not in scan.files and scan.under(file, scan.roots))
    rejects = (*scan.rejects, *_rejects(scan, before, changes))
    if before.unfinished or gone or any(not change.keep for change in changes):
        return _compare(scan, before, changes, gone, rejects)
    known = [one.paper for one in before.papers.values() if _rests_on(one.paper, scan)]
    entries = sum(count for file, count in before.counts.items() if scan.under(file, scan.paths))
    files = tuple(_files(scan, before, changes))
    return Plan(changes, (), (), (), (), entries, len(known), 0, 0, 0, len(known), rejects, files)


def _change(seen: Seen, before: Before, read: Callable[[str], FileContent], full: bool) -> FileChange | None:
    known = before.files.get(seen.file)
    told = seen.changed_ns is not None and not full
    if told and known and not known.failed and (known.size, known.changed_ns) == (seen.size, seen.changed_ns):
        return None
    content = read(seen.file)
    same = bool(known and not known.failed and known.sha256 and known.sha256 == content.sha256)
    failed = not content.records and bool(content.rejects)
    again = bool(known and known.sha256 == AGED + content.sha256)
    return FileChange(seen, content, keep=same or failed, again=again)


def _rejects(scan: Scan, before: Before, changes: Sequence[FileChange]) -> Iterator[Reject]:
    fresh = {change.seen.file: change.content.rejects for change in changes}
    for file in scan.files:
        yield from fresh[file] if file in fresh else before.files[file].rejects


def _compare(
    scan: Scan, before: Before, changes: tuple[FileChange, ...], gone: tuple[str, ...], rejects: tuple[Reject, ...]
) -> Plan:
    entries = before.entries()
    old = [entry for group in entries.values() for entry in group]
    for change in changes:
        if not change.keep:
            entries[change.seen.file] = list(change.content.records)
    for file in gone:
        entries.pop(file, None)
    everything = [entry for group in entries.values() for entry in group]
    found = merge(everything)
    renamed = _renamed(before, old, {change.seen.file for change in changes if change.again}, found)
    removed = before.removed | {new for name, new in renamed.items() if name in before.removed}
    fields = before.corrections | {new: before.corrections[name] for name, new in renamed.items()
                                   if name in before.corrections}  # fmt: skip
    papers = [corrected(paper, fields.get(paper.paper_id, {})) for paper in found if paper.paper_id not in removed]
    counts = _entries_of(papers, everything)
    embed, record = [], []
    for paper in papers:
        known = before.papers.get(paper.paper_id)
        if known is None or known.text_sha256 != text_sha256(paper):
            embed.append((paper, counts[paper.paper_id]))
        elif known.sha256 != paper_sha256(paper) or known.paper.sources != paper.sources:
            record.append((paper, counts[paper.paper_id]))
    here = {paper.paper_id for paper in papers if _rests_on(paper, scan)}
    touched = [*embed, *record]
    added = sum(paper.paper_id not in before.papers for paper, _ in touched)
    merged = sum(max(0, count - max(1, _count(before, paper))) for paper, count in touched)
    return Plan(
        changes,
        gone,
        tuple(embed),
        tuple(record),
        tuple(sorted(before.papers.keys() - {paper.paper_id for paper in papers})),
        sum(bool(one.abstract) for file, group in entries.items() if scan.under(file, scan.paths) for one in group),
        len(here),
        added,
        len(touched) - added,
        merged,
        len(here - {paper.paper_id for paper, _ in touched}),
        rejects,
        tuple(_files(scan, before, changes)),
        tuple(_merges(touched, {entry.source for entry in everything}))[:_MOST_TOLD],
        tuple(_notes(papers, here, sum(change.again for change in changes)))[:_MOST_TOLD],
        tuple(renamed.items()),
    )


def _renamed(before: Before, old: Sequence[Entry], again: set[str], found: Sequence[Paper]) -> dict[str, str]:
    """Papers that the user removed or corrected, whose files read again name them otherwise: old id to new.

    The file's bytes are the same, so a record is known by its place in it.
    """
    lost = ({*before.removed, *before.corrections} - {paper.paper_id for paper in found}) if again else set()
    renamed = {}
    for paper in merge(old) if lost else ():
        if paper.paper_id in lost:
            places = {source for source in paper.sources if source.file in again}
            best = max(found, key=lambda one: len(places & set(one.sources)), default=None)
            if best is not None and places & set(best.sources):
                renamed[paper.paper_id] = best.paper_id
    return renamed


def _files(scan: Scan, before: Before, changes: Sequence[FileChange]) -> Iterator[FileReport]:
    """What each file holds, as read now or as the index recorded it."""
    fresh = {change.seen.file: change for change in changes}
    for file in scan.files:
        change, known = fresh.get(file), before.files.get(file)
        rejects = change.content.rejects if change else known.rejects if known else ()
        entries = len(change.content.entries) if change else before.counts.get(file, 0)
        bare = sum(reject.count for reject in rejects if reject.kept)
        name = change.content.format if change else known.format if known else ""
        rejected = sum(reject.count for reject in rejects) - bare
        new = change is not None and not (change.keep and known is not None and not known.failed)
        yield FileReport(file, name if entries or bare else "", entries, bare, rejected, new)


def _merges(touched: Sequence[tuple[Paper, int]], there: set[Source]) -> Iterator[Merged]:
    for paper, count in touched:
        if count > 1:
            places = tuple(f"{one.file}:{one.position}" for one in paper.sources if one in there)
            yield Merged(paper.paper_id, paper.title, places)


def _notes(papers: Sequence[Paper], here: set[str], again: int) -> Iterator[str]:
    """Files that were read again, and papers that share an identifier and were not merged all the same."""
    if again:
        files = "file was" if again == 1 else "files were"
        yield f"{again} unchanged {files} read again: this version reads them better"
    for name, group in kept_apart(papers):
        if any(paper.paper_id in here for paper in group):
            titles = "; ".join(f"“{paper.title[:80]}” ({paper.paper_id})" for paper in group[:5])
            yield f"{name} is given by {len(group)} works that have nothing in common, kept apart: {titles}"


def _count(before: Before, paper: Paper) -> int:
    known = before.papers.get(paper.paper_id)
    return known.entries if known else 0


def _rests_on(paper: Paper, scan: Scan) -> bool:
    return any(scan.under(source.file, scan.paths) for source in paper.sources)


def _entries_of(papers: Sequence[Paper], entries: Sequence[Entry]) -> dict[str, int]:
    """How many entries each paper was merged from; at least one, also where its sources are named otherwise."""
    there = {entry.source for entry in entries}
    return {paper.paper_id: max(1, sum(source in there for source in paper.sources)) for paper in papers}
