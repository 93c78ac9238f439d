"""Sync: plans and applies just what differs, and finishes what was interrupted. Real files, real SQLite and Chroma."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from index import open_index, remove, set_fields, sync
from index.chroma.vectors import Vectors
from index.embedding.fake import FakeEmbedder
from index.errors import IndexBusy, IndexMismatch, IndexMissing, IndexProblem, InputError, UnknownPaper
from index.storage.lock import writing


def write(file: Path, *names: str) -> Path:
    """A JSON Lines file with one paper a name; its abstract repeats the name."""
    lines = []
    for name in names:
        abstract = f"We study {name} in depth. The {name} method wins by 3.5 points. Code for {name} is public."
        lines.append(json.dumps({"id": name, "title": f"On {name} and its uses", "abstract": abstract}))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf8")
    return file


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    write(folder / "a.jsonl", "apples", "bananas")
    write(folder / "sub" / "b.jsonl", "cherries", "dates")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def ids(place: Path) -> list[str]:
    with open_index(place, embedder=FakeEmbedder()) as index:
        return [paper.paper_id for paper in index.papers()]


def in_step(place: Path) -> None:
    """SQLite and Chroma hold the same chunks, and nothing waits to be told."""
    with open_index(place, embedder=FakeEmbedder()) as index:
        chunks = {chunk.chunk_id for paper in index.papers() for chunk in index.chunks(paper.paper_id)}
        vectors = Vectors(place)
        assert {record.chunk_id for record in vectors.records()} == chunks
        vectors.close()
        assert index._store.rows("SELECT * FROM outbox") == []
        assert {paper_id for paper_id, _ in index.lexical("study depth", 1000)} == {p.paper_id for p in index.papers()}


def test_a_second_sync_finds_nothing_to_do_and_embeds_nothing(papers: Path, place: Path) -> None:
    first = sync([papers], index=place, embedder=FakeEmbedder())
    assert (first.entries, first.papers, first.added, first.unchanged) == (4, 4, 4, 0)
    model = FakeEmbedder()
    second = sync([papers], index=place, embedder=model)
    assert (second.entries, second.papers, second.added, second.changed, second.deleted) == (4, 4, 0, 0, 0)
    assert (second.unchanged, model.embedded) == (4, 0)
    in_step(place)


def test_adds_changes_and_deletes_are_applied_alone(papers: Path, place: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    write(papers / "c.jsonl", "elderberries")
    text = (papers / "a.jsonl").read_text().replace("bananas is public", "bananas is closed")
    (papers / "a.jsonl").write_text(text)
    (papers / "sub" / "b.jsonl").unlink()
    model = FakeEmbedder()
    planned = sync([papers], index=place, embedder=model, dry_run=True)
    assert (planned.added, planned.changed, planned.deleted, planned.unchanged, planned.dry_run) == (1, 1, 2, 1, True)
    assert ids(place) == ["apples", "bananas", "cherries", "dates"] and model.embedded == 0
    done = sync([papers], index=place, embedder=model)
    assert (done.added, done.changed, done.deleted, done.unchanged) == (1, 1, 2, 1)
    assert model.embedded == 2
    assert ids(place) == ["apples", "bananas", "elderberries"]
    in_step(place)


def test_a_file_of_the_same_content_and_another_time_is_not_embedded_again(papers: Path, place: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    os.utime(papers / "a.jsonl", (1, 1))
    model = FakeEmbedder()
    assert sync([papers], index=place, embedder=model).unchanged == 4
    assert model.embedded == 0


def test_a_paper_of_two_files_stays_until_both_are_gone(papers: Path, place: Path) -> None:
    write(papers / "again.jsonl", "apples")
    first = sync([papers], index=place, embedder=FakeEmbedder())
    assert (first.entries, first.papers, first.merged) == (5, 4, 1)
    (papers / "again.jsonl").unlink()
    second = sync([papers], index=place, embedder=FakeEmbedder())
    assert (second.deleted, second.changed, second.papers) == (0, 1, 4)
    write(papers / "a.jsonl", "bananas")
    assert sync([papers], index=place, embedder=FakeEmbedder()).deleted == 1
    assert "apples" not in ids(place)


def test_a_missing_or_empty_path_deletes_nothing_without_prune(papers: Path, place: Path, tmp_path: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    papers.rename(tmp_path / "elsewhere")
    missing = sync([papers], index=place, embedder=FakeEmbedder())
    assert (missing.deleted, missing.rejected) == (0, 1) and "no such file" in missing.rejects[0].reason
    papers.mkdir()
    assert sync([papers], index=place, embedder=FakeEmbedder()).deleted == 0
    assert len(ids(place)) == 4
    assert sync([papers], index=place, embedder=FakeEmbedder(), prune=True).deleted == 4
    in_step(place)


def test_other_folders_are_left_alone(papers: Path, place: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other" / "o.jsonl", "olives")
    sync([papers, other], index=place, embedder=FakeEmbedder())
    (papers / "a.jsonl").unlink()
    report = sync([other.parent], index=place, embedder=FakeEmbedder())
    assert (report.entries, report.papers, report.deleted) == (1, 1, 0)
    assert "apples" in ids(place)


def test_a_file_that_no_longer_parses_keeps_its_papers_and_is_tried_again(papers: Path, place: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    (papers / "a.jsonl").write_bytes(b"\x00\x01\x02 not a paper \xff" * 20)
    broken = sync([papers], index=place, embedder=FakeEmbedder())
    assert broken.deleted == 0 and broken.rejected >= 1
    assert sync([papers], index=place, embedder=FakeEmbedder()).rejected == broken.rejected
    write(papers / "a.jsonl", "apples")
    mended = sync([papers], index=place, embedder=FakeEmbedder())
    assert (mended.deleted, mended.rejected) == (1, 0)
    assert ids(place) == ["apples", "cherries", "dates"]


def test_links_out_of_the_folder_are_reported_and_not_followed(papers: Path, place: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "x.jsonl", "secrets")
    (papers / "link.jsonl").symlink_to(outside)
    (papers / "folder").symlink_to(outside.parent)
    report = sync([papers], index=place, embedder=FakeEmbedder())
    assert report.papers == 4
    assert [Path(reject.file).name for reject in report.rejects] == ["folder", "link.jsonl"]


def test_the_index_folder_may_lie_inside_the_papers(papers: Path) -> None:
    sync([papers], index=papers / "index", embedder=FakeEmbedder())
    report = sync([papers], index=papers / "index", embedder=FakeEmbedder())
    assert (report.papers, report.rejected, report.unchanged) == (4, 0, 4)


def test_removed_papers_stay_removed(papers: Path, place: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    with pytest.raises(UnknownPaper, match="'plums'"):
        remove(["apples", "plums"], index=place, embedder=FakeEmbedder())
    assert remove(["apples"], index=place, embedder=FakeEmbedder()) == 1
    write(papers / "a.jsonl", "apples", "bananas", "figs")
    sync([papers], index=place, embedder=FakeEmbedder())
    assert ids(place) == ["bananas", "cherries", "dates", "figs"]
    in_step(place)


def test_one_writer_at_a_time(papers: Path, place: Path) -> None:
    with writing(place), pytest.raises(IndexBusy, match="another process is writing"):
        sync([papers], index=place, embedder=FakeEmbedder())


def test_another_model_is_refused_and_nothing_changes(papers: Path, place: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    with pytest.raises(IndexMismatch, match=r"built with model 'fake'.*run `citewell index sync"):
        sync([papers], index=place, embedder=FakeEmbedder(name="other"))
    assert len(ids(place)) == 4


def test_foreign_folders_and_no_paths_are_refused(papers: Path, place: Path) -> None:
    place.mkdir()
    (place / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(IndexProblem, match=r"holiday\.jpg"):
        sync([papers], index=place, embedder=FakeEmbedder())
    assert [file.name for file in place.iterdir()] == ["holiday.jpg"]
    with pytest.raises(InputError, match="no path given"):
        sync([], index=place)


def test_chroma_is_written_anew_where_it_was_lost(papers: Path, place: Path) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    subprocess.run(["rm", "-r", str(place / "chroma")], check=True)
    sync([papers], index=place, embedder=FakeEmbedder())
    in_step(place)


KILLED = """
import os, signal, sys
from index import sync
from index.changes import apply
from index.chroma import outbox, vectors
from index.storage import writer
from index.embedding.fake import FakeEmbedder
apply.PAPERS_A_BATCH, outbox.DRAIN = 4, 3
where, when, papers, place = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
owner, name = {"upsert": (vectors.Vectors, "upsert"), "delete": (vectors.Vectors, "delete"),
               "done": (writer.Writer, "done"), "paper": (writer.Writer, "put_paper"),
               "file": (writer.Writer, "put_file"), "prints": (writer.Writer, "put_fingerprints"),
               "meta": (writer.Writer, "set_meta")}[where]
real, calls = getattr(owner, name), 0
def dying(*arguments, **named):
    global calls
    calls += 1
    if calls == abs(when):
        if when < 0:
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
setattr(owner, name, dying)
sync([papers], index=place, embedder=FakeEmbedder())
"""
POINTS = [
    ("file", 2),
    ("paper", 3),
    ("upsert", 1),
    ("upsert", -2),
    ("delete", -2),
    ("done", 2),
    ("prints", 1),
    ("meta", 2),
]


@pytest.mark.parametrize(("where", "when"), POINTS)
def test_killed_anywhere_the_next_sync_finishes(papers: Path, place: Path, where: str, when: int) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    write(papers / "a.jsonl", "apples", "grapes")
    write(papers / "c.jsonl", *(f"fruit{number}" for number in range(7)))
    (papers / "sub" / "b.jsonl").unlink()
    done = subprocess.run([sys.executable, "-c", KILLED, where, str(when), papers, place], cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGKILL
    sync([papers], index=place, embedder=FakeEmbedder())
    clean = place.with_name("clean")
    sync([papers], index=clean, embedder=FakeEmbedder())
    in_step(place)
    with (
        open_index(place, embedder=FakeEmbedder()) as resumed,
        open_index(clean, embedder=FakeEmbedder()) as fresh,
    ):
        assert resumed.papers() == fresh.papers()
        assert resumed.manifest.index_sha256 == fresh.manifest.index_sha256
        for paper in fresh.papers():
            assert resumed.chunks(paper.paper_id) == fresh.chunks(paper.paper_id)
        everything = [paper.paper_id for paper in fresh.papers()]
        for paper_id, rows in fresh.windows(everything).items():
            assert np.array_equal(rows, resumed.windows([paper_id])[paper_id])


def test_an_index_whose_making_was_interrupted_is_made_again(papers: Path, place: Path) -> None:
    place.mkdir()
    with sqlite3.connect(place / "citewell.sqlite3") as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    with pytest.raises(IndexMissing):
        open_index(place)
    assert sync([papers], index=place, embedder=FakeEmbedder()).added == 4
    in_step(place)


READER = """
import sys
from index import open_index
from index.embedding.fake import FakeEmbedder
index = open_index(sys.argv[1], embedder=FakeEmbedder(), exact=sys.argv[2] == 'True')
for line in sys.stdin:
    hits = index.dense(index.embedder.embed_query(line), 50)
    print(" ".join(sorted({hit.chunk.paper_id for hit in hits})), flush=True)
"""


@pytest.mark.parametrize("exact", [False, True], ids=["through Chroma", "exact"])
def test_a_reader_in_another_process_sees_adds_and_deletes(papers: Path, place: Path, exact: bool) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", READER, place, str(exact)], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    ) as reader:

        def ask() -> list[str]:
            assert reader.stdin and reader.stdout
            reader.stdin.write("fruit\n")
            reader.stdin.flush()
            return reader.stdout.readline().split()

        assert ask() == ["apples", "bananas", "cherries", "dates"]
        write(papers / "c.jsonl", "figs")
        sync([papers], index=place, embedder=FakeEmbedder())
        assert ask() == ["apples", "bananas", "cherries", "dates", "figs"]
        (papers / "a.jsonl").unlink()
        sync([papers], index=place, embedder=FakeEmbedder())
        assert ask() == ["cherries", "dates", "figs"]
        write(papers / "c.jsonl", "grapes")
        sync([papers], index=place, embedder=FakeEmbedder())
        assert ask() == ["cherries", "dates", "grapes"]
        reader.stdin.close()  # type: ignore[union-attr]


def test_the_shared_pages_are_126_papers_and_a_page_that_goes_takes_just_its_own(
    shared: Path, place: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "pages"
    shutil.copytree(shared / "pages", copy)
    first = sync([copy], index=place, embedder=FakeEmbedder())
    assert (first.entries, first.papers, first.added, first.merged, first.rejected) == (263, 126, 126, 137, 0)
    with open_index(place, embedder=FakeEmbedder()) as index:
        before = index.papers()
    gone = next(copy.iterdir())
    alone = {paper.paper_id for paper in before if {Path(source.file) for source in paper.sources} == {gone}}
    gone.chmod(0o644)
    gone.unlink()
    second = sync([copy], index=place, embedder=FakeEmbedder())
    assert second.deleted == len(alone) and second.papers == 126 - len(alone)
    assert set(ids(place)) == {paper.paper_id for paper in before} - alone


@pytest.mark.long
def test_a_second_sync_with_the_real_model_takes_under_a_third(shared: Path, place: Path) -> None:
    began = time.perf_counter()
    sync([shared / "pages"], index=place)
    middle = time.perf_counter()
    second = sync([shared / "pages"], index=place)
    assert (second.added, second.changed, second.deleted, second.unchanged) == (0, 0, 0, 126)
    assert (time.perf_counter() - middle) < (middle - began) / 3


@pytest.mark.parametrize("exact", [False, True], ids=["through Chroma", "exact"])
def test_threads_read_while_this_process_syncs(papers: Path, place: Path, exact: bool) -> None:
    model = FakeEmbedder()
    sync([papers], index=place, embedder=model)
    stop = threading.Event()
    with open_index(place, embedder=model, exact=exact) as index:

        def read() -> int:
            rounds = 0
            while not stop.is_set():
                hits = index.dense(model.embed_query("the method of apples"), 50)
                assert {"cherries", "dates"} <= {hit.chunk.paper_id for hit in hits}
                assert index.lexical("apples", 5) and index.sentences(["dates"]) and index.windows(["dates"])
                rounds += 1
            return rounds

        with ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(read) for _ in range(4)]
            try:
                for number in range(6):
                    write(papers / "a.jsonl", "apples", f"fruit{number}")
                    sync([papers], index=place, embedder=model)
            finally:
                stop.set()
            assert all(reader.result() > 0 for reader in readers)
        assert [paper.paper_id for paper in index.papers()] == ["apples", "cherries", "dates", "fruit5"]


def test_better_readers_read_the_files_again_and_what_the_user_decided_stays(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Roofs of reed", "Weirs of wood", "Nets of fog")
    record = "PMID- \nTI  - [{0}].\nAB  - We study {0} in depth. They win.\nJT  - Reeds\n\n"
    (tmp_path / "a.nbib").write_text("".join(record.format(name) for name in names))
    write(tmp_path / "b.jsonl", "apples")
    with monkeypatch.context() as older:  # readers that left the brackets of translated titles
        older.setattr("index.readers.formats.medline.unbracketed", lambda title: title.replace("[", "The "))
        older.setattr(sys.modules["index.sync"], "READERS", "1")
        older.setattr("index.changes.plan.READERS", "1")
        sync([tmp_path / "a.nbib", tmp_path / "b.jsonl"], index=place, embedder=FakeEmbedder())
        assert ids(place) == ["apples", "the-nets-of-fog", "the-roofs-of-reed", "the-weirs-of-wood"]
        remove(["the-nets-of-fog"], index=place, embedder=FakeEmbedder())
        set_fields("the-roofs-of-reed", {"year": "1998"}, index=place, embedder=FakeEmbedder())
    planned = sync([tmp_path / "b.jsonl"], index=place, embedder=FakeEmbedder(), dry_run=True)
    assert (planned.added, planned.changed, planned.deleted) == (0, 0, 0)
    sync([tmp_path / "b.jsonl"], index=place, embedder=FakeEmbedder())  # the other file is to be met yet
    report = sync([tmp_path], index=place, embedder=FakeEmbedder())
    assert (report.papers, report.added, report.deleted) == (3, 2, 2)
    assert report.notes == ("1 unchanged file was read again: this version reads them better",)
    assert ids(place) == ["apples", "roofs-of-reed", "weirs-of-wood"]
    for _ in range(2):
        with open_index(place, embedder=FakeEmbedder()) as index:
            assert [paper.published for paper in index.papers()] == [None, "1998", None]
        again = sync([tmp_path], index=place, embedder=FakeEmbedder(), full=True)
        assert (again.added, again.changed, again.deleted, again.notes) == (0, 0, 0, ())
    in_step(place)
