"""Bringing an index in step with the files under some paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index import confirmed, locations
from index.changes.apply import Progress, put_papers
from index.changes.plan import AGED, Before, Plan, Rows, make_plan, read_before
from index.changes.report import SyncReport
from index.chroma import server
from index.chroma.outbox import FolderOutlet, Outlet, drain
from index.chroma.renew import renew
from index.chroma.vectors import Vectors
from index.corrections import PREFIX
from index.cut.chunking import describe
from index.embedding import Embedder, get_embedder
from index.embedding.factory import embedder_of
from index.errors import IndexMismatch, UnknownPaper
from index.live import LIMIT, is_live, read_live
from index.readers import READERS, read_file
from index.readers.entries.entry import FileContent
from index.readers.scan import Scan, Seen, scan
from index.storage import database
from index.storage.faults import rebuild
from index.storage.lock import writing
from index.storage.store import Store
from index.storage.writer import Writer


def sync(
    paths: Sequence[str | Path],
    *,
    index: str | Path | None = None,
    embedder: Embedder | None = None,
    chroma_url: str | None = None,
    prune: bool = False,
    dry_run: bool = False,
    full: bool = False,
    wait: float = 0.0,
    as_text: bool = False,
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> SyncReport:
    """Plan what is new, changed and gone under ``paths``, and apply just that; made anew where there is no index.

    A path that is missing or holds no file deletes nothing, except with ``prune``. A file that no longer parses keeps
    its papers. Killed at any moment, the next sync finishes the work. ``dry_run`` reports and writes nothing.
    With ``as_text`` a file of text in no known format is taken as one paper. ``full`` reads every file again,
    also those whose size and time say that they are as they were. ``limit``: records that a source on the network
    brings at most.
    ``wait`` is how many seconds to wait for another writer before IndexBusy.
    """
    folder = Path(index).expanduser() if index is not None else locations.default_index()
    told = progress or _quiet
    told("scan", 0, 1)
    named = [str(path) for path in paths if is_live(path)]
    live = {spec: read_live(spec, limit=limit) for spec in named}
    files = [path for path in paths if str(path) not in live]
    found = _with_live(scan(files, prune=prune, leave_out=folder) if files or not live else None, live)
    read = _Reader(live, as_text, told, len(found.files))
    cut = tuple(f"{spec}: the first {limit:,} records were read, and there may be more (--limit)"
                for spec, content in live.items() if len(content.records) >= limit)  # fmt: skip
    if dry_run:
        return _report(_dry(found, folder, read, full), folder, notes=cut)
    database.refuse_foreign(folder)
    if not database.exists(folder) and not any(read(file).records for file in found.files):
        # An empty index would stand in the way of the demo corpus, and all that came of it is a wrong path.
        return _report(make_plan(found, Before(), read), folder, generation=0)
    with writing(folder, wait), opened(folder, embedder, chroma_url) as (writer, outlet, model):
        outlet.begin(writer)
        writer.age_files(READERS, AGED)
        plan, unfinished = _planned(found, writer.rows, folder, read, full)
        if unfinished or not plan.empty or writer.pending(1):
            _apply(writer, outlet, plan, model, told)
        generation = int(writer.meta()["generation"])
    return _report(plan, folder, generation=generation, notes=cut)


def preview(paths: Sequence[Path], *, index: str | Path | None = None, as_text: bool = False) -> Plan:
    """What a sync of these files would do, paper by paper; nothing is written."""
    folder = Path(index).expanduser() if index is not None else locations.default_index()
    found = scan(paths, prune=False, leave_out=folder)
    return _dry(found, folder, _Reader({}, as_text, _quiet, len(found.files)), full=False)


def remove(
    paper_ids: Sequence[str],
    *,
    index: str | Path | None = None,
    embedder: Embedder | None = None,
    chroma_url: str | None = None,
) -> int:
    """Take papers out for good: no sync brings them back. UnknownPaper, and nothing done, where one is not there."""
    folder = Path(index).expanduser() if index is not None else locations.default_index()
    database.connect(folder).close()
    with writing(folder), opened(folder, embedder, chroma_url) as (writer, outlet, _):
        known = {paper_id for (paper_id,) in writer.rows("SELECT paper_id FROM papers")}
        unknown = [paper_id for paper_id in paper_ids if paper_id not in known]
        if unknown:
            raise UnknownPaper(f"no paper {unknown[0]!r} in {folder}; `citewell index papers` lists them")
        chosen = list(dict.fromkeys(paper_ids))
        outlet.begin(writer)
        with writer.transaction() as connection:
            for paper_id in chosen:
                writer.delete_paper(paper_id)
                connection.execute("INSERT OR IGNORE INTO removed VALUES (?)", (paper_id,))
            writer.put_fingerprints()
        drain(writer, outlet)
        outlet.finish(writer)
    return len(chosen)


def set_fields(
    paper_id: str, fields: dict[str, str], *, index: str | Path | None = None, embedder: Embedder | None = None
) -> None:
    """Correct what is known of a paper; the corrections outlast every sync. An empty value takes one back."""
    folder = Path(index).expanduser() if index is not None else locations.default_index()
    database.connect(folder).close()
    with writing(folder), opened(folder, embedder, None) as (writer, outlet, model):
        if not writer.rows("SELECT 1 FROM papers WHERE paper_id = ?", (paper_id,)):
            raise UnknownPaper(f"no paper {paper_id!r} in {folder}; `citewell index papers` lists them")
        outlet.begin(writer)
        key = f"{PREFIX}{paper_id}"
        kept = {name: value for name, value in (json.loads(writer.meta().get(key, "{}")) | fields).items() if value}
        with writer.transaction():
            writer.set_meta(key, json.dumps(kept, ensure_ascii=False))
            writer.set_meta("unfinished", "1")  # the papers are compared with what they are to be, now or later
        plan = make_plan(Scan({}, (), (), ()), read_before(writer.rows, folder), read_file)
        _apply(writer, outlet, plan, model, _quiet)


@contextmanager
def opened(
    folder: Path, embedder: Embedder | None, chroma_url: str | None
) -> Iterator[tuple[Writer, Outlet, Embedder]]:
    """The index in ``folder`` for writing, made where it is absent; the caller holds the lock."""
    if not database.exists(folder):
        model = embedder or get_embedder()
        meta = {"model": model.name, "dimension": str(model.dimension), "chunking": describe(model.max_tokens)}
        database.create(folder, meta | ({"chroma_url": chroma_url} if chroma_url else {})).close()
    writer = Writer(folder)
    vectors = None
    try:
        meta = writer.meta()
        model = embedder or embedder_of(folder, meta["model"])
        _check(folder, meta, model, chroma_url)
        _confirm(folder, meta, embedder, chroma_url)
        vectors = Vectors(folder, meta.get("chroma_url"))
        renew(writer, vectors)
        outlet = server.ServerOutlet(vectors) if vectors.url else FolderOutlet(vectors)
        yield writer, outlet, model
    finally:
        writer.close()
        if vectors is not None:
            vectors.close()


def _confirm(folder: Path, meta: dict[str, str], embedder: Embedder | None, chroma_url: str | None) -> None:
    """What this call names is remembered as the user's; what only the index names has to be."""
    if embedder is not None and hasattr(embedder, "address"):
        confirmed.remember("embedding", embedder.address, getattr(embedder, "key", ""))
    if chroma_url:
        confirmed.remember("chroma", chroma_url)
    elif url := meta.get("chroma_url"):
        confirmed.check("chroma", url, folder)


def _check(folder: Path, meta: dict[str, str], model: Embedder, chroma_url: str | None) -> None:
    here = {"model": model.name, "dimension": str(model.dimension), "chunking": describe(model.max_tokens)}
    for fact, value in here.items():
        if meta[fact] != value:
            raise IndexMismatch(
                f"the index at {folder} was built with {fact} {meta[fact]!r}, not {value!r}: {rebuild(folder)}"
            )
    if chroma_url and meta.get("chroma_url") != chroma_url:
        kept = meta.get("chroma_url") or "its own folder"
        raise IndexMismatch(f"the index at {folder} keeps its vectors in {kept}, not {chroma_url}: use another --index")


def _dry(found: Scan, folder: Path, read: _Reader, full: bool) -> Plan:
    if not database.exists(folder):
        return make_plan(found, Before(), read)
    store = Store(folder)
    try:
        return _planned(found, store.rows, folder, read, full)[0]
    finally:
        store.close()


def _planned(found: Scan, rows: Rows, folder: Path, read: _Reader, full: bool) -> tuple[Plan, bool]:
    """The plan against the index, and whether an earlier one was not finished."""
    before = read_before(rows, folder)
    return make_plan(found, before, read, full), before.unfinished


def _with_live(found: Scan | None, live: Mapping[str, FileContent]) -> Scan:
    """The files under the paths and the sources asked, each as one file whose mark changes with its content."""
    found = found or Scan({}, (), (), ())
    seen = {
        spec: Seen(spec, len(content.records), int(content.sha256[:15] or "0", 16)) for spec, content in live.items()
    }
    return replace(found, files={**found.files, **seen}, paths=(*found.paths, *live), roots=(*found.roots, *live))


class _Reader:
    """Reads a file, or gives what a source on the network answered, and tells how far the reading has come."""

    def __init__(self, live: Mapping[str, FileContent], as_text: bool, told: Progress, total: int) -> None:
        self._live, self._as_text, self._told, self._total = live, as_text, told, total
        self._done = 0

    def __call__(self, file: str) -> FileContent:
        self._told("read", min(self._done, self._total), self._total)
        self._done += 1
        return self._live.get(file) or read_file(file, as_text=self._as_text)


def _apply(writer: Writer, outlet: Outlet, plan: Plan, model: Embedder, told: Progress) -> None:
    """First what the files say and that work has begun; then batch by batch; last deletes, and that it is done."""
    with writer.transaction():
        if plan.embed or plan.record or plan.delete:
            writer.set_meta("unfinished", "1")
        for change in plan.changes:
            writer.put_file(change.seen, change.content, keep=change.keep)
        for file in plan.gone:
            writer.forget_file(file)
        for paper, entries in plan.record:
            writer.put_record(paper, entries)
        for old, new in plan.renamed:
            writer.rename_kept(old, new, PREFIX)
    put_papers(writer, outlet, plan.embed, model, told)
    with writer.transaction():
        for paper_id in plan.delete:
            writer.delete_paper(paper_id)
        writer.put_fingerprints()
    drain(writer, outlet)
    outlet.finish(writer)
    with writer.transaction():
        writer.set_meta("unfinished", "0")


def _report(plan: Plan, folder: Path, generation: int | None = None, notes: tuple[str, ...] = ()) -> SyncReport:
    return SyncReport(
        entries=plan.entries,
        papers=plan.papers,
        added=plan.added,
        changed=plan.changed,
        merged=plan.merged,
        deleted=len(plan.delete),
        unchanged=plan.unchanged,
        rejected=sum(reject.count for reject in plan.rejects),
        rejects=plan.rejects,
        dry_run=generation is None,
        index=str(folder),
        generation=generation,
        without_abstract=sum(reject.count for reject in plan.rejects if reject.kept),
        files=plan.files,
        merges=plan.merges,
        notes=(*notes, *plan.notes),
    )


def _quiet(stage: str, done: int, total: int) -> None:
    pass
