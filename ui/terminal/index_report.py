"""The report of a sync as people read it: counts, then each file, then what could not be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rag.text import visible

if TYPE_CHECKING:
    from index import SyncReport
    from index.changes import FileReport
    from index.readers import Reject

_FEW = 10  # files that are listed without being asked for
_COUNTS = ("added", "changed", "merged", "deleted", "unchanged")


def print_report(report: SyncReport, verbose: bool = False) -> None:
    """Counts and files on standard output; what could not be used on standard error."""
    would = "would be: " if report.dry_run else ""
    records = counted(report.entries + report.without_abstract, "record", "records")
    bare = f" ({report.without_abstract} without abstract)" if report.without_abstract else ""
    said = ", ".join(f"{getattr(report, name)} {name}" for name in _COUNTS)
    if report.papers or any(getattr(report, name) for name in _COUNTS):
        typer.echo(f"{would}{counted(report.papers, 'paper', 'papers')} from {records}{bare}: {said}")
    else:
        typer.echo(f"{would}no paper")
    read = [file for file in report.files if file.format and (verbose or file.changed)]
    if verbose or len(read) <= _FEW:
        for file in read:
            typer.echo(visible(_file(file)))
    for merged in report.merges if verbose else ():
        typer.echo(visible(f"  merged into {merged.paper_id} “{merged.title}”: {_places(merged.records)}"))
    for note in report.notes:
        typer.echo(visible(f"note: {note}"))
    _print_rejects(report, verbose)


def _file(file: FileReport) -> str:
    records = file.entries + file.without_abstract + file.rejected
    parts = [f"{file.format}, {counted(records, 'record', 'records')}"]
    parts += [f"{file.without_abstract} without abstract"] if file.without_abstract else []
    parts += [f"{file.rejected} not usable"] if file.rejected else []
    return f"  {file.file}: {', '.join(parts)}"


def _places(records: tuple[str, ...]) -> str:
    """Where the records of a paper stand: a file's name and the number of the record in it, which is no line."""
    return ", ".join(f"{file} record {number}" for file, _, number in (record.rpartition(":") for record in records))


def _print_rejects(report: SyncReport, verbose: bool) -> None:
    whole = {file.file for file in report.files if file.format}
    records = [reject for reject in report.rejects if not reject.kept and reject.file in whole]
    files = [reject for reject in report.rejects if not reject.kept and reject.file not in whole]
    for reject in report.rejects:
        if verbose or not reject.kept:
            typer.echo(visible(_line(reject)), err=True)
    if report.without_abstract:
        what = counted(report.without_abstract, "record has", "records have")
        hint = "" if verbose else " (--verbose lists them)"
        typer.echo(f"{what} no abstract: found by title, never quoted{hint}", err=True)
    parts = [counted(sum(r.count for r in records), "record", "records")] if records else []
    parts += [counted(sum(r.count for r in files), "file or folder", "files or folders")] if files else []
    if parts:
        rest = "no paper was found" if not report.papers else "the rest can" if report.dry_run else "the rest is in"
        typer.echo(f"{' and '.join(parts)} could not be used; {rest}", err=True)


def _line(reject: Reject) -> str:
    return f"{reject} (kept by its title)" if reject.kept and reject.count == 1 else str(reject)


def counted(number: int, one: str, more: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more}"
