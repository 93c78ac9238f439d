"""Full disks, damaged files, folders made anew: one line that says what is so, and nothing good is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from test_index_sync import ids, in_step, papers, place, write  # noqa: F401

from index import open_index, sync
from index.chroma.vectors import Vectors
from index.embedding.fake import FakeEmbedder
from index.errors import IndexDamaged, IndexMissing, IndexProblem
from index.storage.faults import circumstance

SYNC = """
import resource, sys
from index import CitewellError, sync
from index.embedding.fake import FakeEmbedder
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    sync([sys.argv[1]], index=sys.argv[2], embedder=FakeEmbedder())
except CitewellError as error:
    print(type(error).__name__, error)
"""


def limited(papers: Path, place: Path, size: int) -> str:  # noqa: F811
    """What sync says where no file may grow beyond ``size`` bytes: as a full disk does, at any of its writes."""
    command = [sys.executable, "-c", SYNC, str(papers), str(place), str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("size", [0, 5_000, 40_000, 120_000, 200_000, 300_000])
def test_without_room_that_is_said_and_with_room_sync_goes_on(papers: Path, place: Path, size: int) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    write(papers / "many.jsonl", *(f"fruit{number}" for number in range(400)))
    said = limited(papers, place, size)
    assert said.startswith("IndexProblem no room to write"), said
    assert "out of the way" not in said and "delete" not in said
    assert set(ids(place)) >= {"apples", "bananas", "cherries", "dates"}
    sync([papers], index=place, embedder=FakeEmbedder())
    assert len(ids(place)) == 404
    in_step(place)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("database or disk is full"), "no room"),
        (OSError(28, "No space left on device"), "no room"),
        (RuntimeError("Error saving: No space left on device (os error 28)"), "no room"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "mounted read-only"),
        (RuntimeError("Read-only file system (os error 30)"), "mounted read-only"),
        (sqlite3.OperationalError("disk I/O error"), "check disk and memory"),
        (sqlite3.OperationalError("database is locked"), "another process is writing"),
    ],
)
def test_what_the_machine_lacks_is_no_damage(error: Exception, words: str) -> None:
    told = circumstance("the index", error)
    assert isinstance(told, IndexProblem) and not isinstance(told, IndexDamaged) and words in str(told)
    assert circumstance("the index", sqlite3.DatabaseError("database disk image is malformed")) is None


DAMAGES = {
    "papers, no JSON": "UPDATE papers SET data = substr(data, 1, 40)",
    "papers, a list": "UPDATE papers SET data = '[1, 2]'",
    "papers, a number for a title": "UPDATE papers SET data = json_set(data, '$.title', 5)",
    "papers, another field": "UPDATE papers SET data = json_set(data, '$.colour', 'red')",
    "sentences, no JSON": "UPDATE sentences SET spans = '[[0,'",
    "sentences, too few": "UPDATE sentences SET spans = '[[0, 4]]'",
    "sentences, half a vector": "UPDATE sentences SET vectors = substr(vectors, 1, 31)",
    "chunks, no text": "UPDATE chunks SET text = ''",
    "chunks, another place": "UPDATE chunks SET start = start + 1",
    "chunks, half a vector": "UPDATE chunks SET vector = substr(vector, 1, 31)",
    "meta, no number": "UPDATE meta SET value = 'many' WHERE key = 'generation'",
    "meta, nothing": "DELETE FROM meta WHERE key = 'model'",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_fields_are_one_line(papers: Path, place: Path, damage: str) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    change(place, DAMAGES[damage])
    with pytest.raises(IndexDamaged, match=r"cannot be used.*move .* run `citewell index sync"):
        read_all(place)
    place.rename(place.with_name("aside"))
    sync([papers], index=place, embedder=FakeEmbedder())
    assert len(ids(place)) == 4


@pytest.mark.parametrize("table", ["files SET rejects", "entries SET data", "papers SET data"])
@pytest.mark.parametrize("value", ["[{", "-1"])
def test_a_sync_over_damaged_fields_is_one_line(papers: Path, place: Path, table: str, value: str) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    change(place, f"UPDATE {table} = '{value}'")
    write(papers / "c.jsonl", "figs")
    with pytest.raises(IndexDamaged, match="cannot be used"):
        sync([papers], index=place, embedder=FakeEmbedder())


def test_an_index_without_its_main_file_is_not_taken_for_none(papers: Path, place: Path) -> None:  # noqa: F811
    """Without a word the demo corpus answered in the place of the user's own papers."""
    sync([papers], index=place, embedder=FakeEmbedder())
    (place / "citewell.sqlite3").rename(papers.parent / "kept.sqlite3")
    (place / "citewell.sqlite3-wal").write_bytes(b"left behind")
    with pytest.raises(IndexDamaged, match=r"has lost its file citewell.sqlite3: move .* run `citewell index sync"):
        open_index(place, embedder=FakeEmbedder())
    sync([papers], index=place, embedder=FakeEmbedder())  # without moving it, too
    assert len(ids(place)) == 4
    in_step(place)


def read_all(place: Path) -> None:  # noqa: F811
    with open_index(place, embedder=FakeEmbedder(), exact=True) as index:
        index.dense(index.embedder.embed_query("apples"), 3)
        index.sentences([paper.paper_id for paper in index.papers()])


def change(place: Path, statement: str) -> None:  # noqa: F811
    connection = sqlite3.connect(place / "citewell.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9])
def test_a_truncated_chroma_is_written_anew_by_sync(papers: Path, place: Path, share: float) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    file = place / "chroma" / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with open_index(place, embedder=FakeEmbedder()) as index:
        try:
            index.dense(index.embedder.embed_query("apples"), 3)
        except IndexProblem as error:
            assert ("run `citewell index sync" in str(error) and "nothing is lost" in str(error)) or share == 0
    model = FakeEmbedder()
    sync([papers], index=place, embedder=model)
    assert model.embedded == 0
    in_step(place)


def test_a_running_reader_notices_that_the_folder_was_made_anew(papers: Path, place: Path) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    with open_index(place, embedder=FakeEmbedder()) as index:
        query = index.embedder.embed_query("the method of fruit")
        before = index.manifest.generation
        shutil.rmtree(place)
        with pytest.raises(IndexMissing):
            index.papers()
        write(papers / "a.jsonl", "figs")
        (papers / "sub" / "b.jsonl").unlink()
        sync([papers], index=place, embedder=FakeEmbedder())
        assert [paper.paper_id for paper in index.papers()] == ["figs"]
        assert {hit.chunk.paper_id for hit in index.dense(query, 9)} == {"figs"}
        assert index.manifest.generation > before
        between = index.manifest.generation
        write(papers / "a.jsonl", "figs", "grapes")
        sync([papers], index=place, embedder=FakeEmbedder())
        assert len(index.papers()) == 2 and index.manifest.generation > between


def test_a_change_under_the_same_size_and_time_is_seen(papers: Path, place: Path) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    file = papers / "a.jsonl"
    state, text = file.stat(), file.read_text()
    file.write_text(text.replace("bananas", "papayas"))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert file.stat().st_mtime_ns == state.st_mtime_ns and file.stat().st_size == state.st_size
    sync([papers], index=place, embedder=FakeEmbedder())
    assert "papayas" in ids(place) and "bananas" not in ids(place)


def test_full_reads_also_what_looks_unchanged(papers: Path, place: Path) -> None:  # noqa: F811
    write(papers / "a.jsonl", "papayas")
    sync([papers], index=place, embedder=FakeEmbedder())
    connection = sqlite3.connect(place / "citewell.sqlite3")
    for file in (papers / "a.jsonl", papers / "sub" / "b.jsonl"):  # as if another machine had served the file's times
        seen = (file.stat().st_size, file.stat().st_ctime_ns, str(file))
        connection.execute("UPDATE files SET size = ?, mtime_ns = ?, sha256 = 'other' WHERE file = ?", seen)
    connection.execute("DELETE FROM entries")
    connection.commit()
    connection.close()
    planned = sync([papers], index=place, embedder=FakeEmbedder(), dry_run=True, full=True)
    assert (planned.entries, planned.papers) == (3, 3)


def test_an_index_of_an_older_citewell_is_renewed_by_itself(
    papers: Path,  # noqa: F811
    place: Path,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    sync([papers], index=place, embedder=FakeEmbedder())
    change(place, "DELETE FROM meta WHERE key = 'build'")
    change(place, "UPDATE chunks SET vector = zeroblob(256) WHERE chunk_id = 'apples#0'")  # as another model left it
    vectors = Vectors(place)
    vectors.delete(["bananas#0"])
    vectors.close()
    open_index(place, embedder=FakeEmbedder()).close()
    assert [record.message for record in caplog.records] == [
        f"the index at {place} was made by an older citewell: Chroma was written anew, and the next `citewell index "
        "sync` embeds its papers anew"
    ]
    in_step(place)
    model = FakeEmbedder()
    assert sync([papers], index=place, embedder=model).unchanged == 0 and model.embedded == 4
    with open_index(place, embedder=FakeEmbedder()) as index:
        assert np.any(index.windows(["apples"])["apples"])
    caplog.clear()
    assert sync([papers], index=place, embedder=FakeEmbedder()).unchanged == 4
    assert not caplog.records


def test_where_only_chroma_was_made_otherwise_nothing_is_embedded_again(papers: Path, place: Path) -> None:  # noqa: F811
    sync([papers], index=place, embedder=FakeEmbedder())
    change(place, "UPDATE meta SET value = '2' WHERE key = 'build'")
    vectors = Vectors(place)
    vectors.delete(["bananas#0"])
    vectors.close()
    open_index(place, embedder=FakeEmbedder()).close()
    in_step(place)
    model = FakeEmbedder()
    assert sync([papers], index=place, embedder=model).unchanged == 4 and model.embedded == 0
