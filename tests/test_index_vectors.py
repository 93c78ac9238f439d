"""Chroma itself: a folder reopened behind another writer, and a real server with two clients."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from test_index_sync import write

from index import Index, open_index, remove, sync
from index.chroma.server import ServerOutlet
from index.chroma.vectors import Record, Vectors
from index.embedding.fake import FakeEmbedder
from index.errors import IndexBusy, IndexMismatch, IndexMissing, IndexProblem, InputError
from index.storage.writer import Writer


def vector(*numbers: float) -> np.ndarray:
    row = np.array(numbers, dtype=np.float32)
    return row / np.linalg.norm(row)


def test_upserts_repeat_harmlessly_and_scores_are_cosines(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    records = [Record("a", vector(1, 0)), Record("b", vector(1, 1))]
    vectors.upsert(records)
    vectors.upsert(records)
    assert vectors.count() == 2
    found = vectors.query(vector(1, 0), 5)
    assert [one for one, _ in found] == ["a", "b"]
    assert [score for _, score in found] == pytest.approx([1, 2**-0.5], abs=1e-6)
    vectors.delete(["a", "never there"])
    assert [record.chunk_id for record in vectors.records()] == ["b"]
    vectors.close()


def test_what_is_written_again_is_found_in_every_opening(tmp_path: Path) -> None:
    """Chroma's graph lost what was overwritten in place in one opening out of twenty; it is made anew in each."""
    draw = np.random.default_rng(0)
    rows, vectors = draw.normal(size=(120, 16)), Vectors(tmp_path)
    for time_written in range(8):
        rows[:40] += 0.02 * draw.normal(size=(40, 16)) if time_written else 0.0  # some change, most stay as they are
        vectors.upsert([Record(str(number), vector(*row)) for number, row in enumerate(rows)])
    vectors.close()
    for _ in range(60):
        vectors = Vectors(tmp_path)
        assert len(vectors.query(vector(*rows[0]), 120)) == 120
        vectors.close()
    held = {one.chunk_id: one.vector for one in Vectors(tmp_path).records()}
    assert all(np.allclose(held[str(number)], vector(*row), atol=1e-6) for number, row in enumerate(rows))


def test_reopening_leaks_no_files(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    vectors.upsert([Record("a", vector(1, 0))])
    counts = []
    for _ in range(12):
        vectors.reopen()
        vectors.query(vector(1, 0), 1)
        counts.append(len(os.listdir("/proc/self/fd")))
    assert counts[-1] <= counts[2] + 4, counts
    vectors.close()


def test_damaged_vectors_say_how_to_mend_them(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="holds no vectors"):
        Vectors(tmp_path).query(vector(1, 0), 1)
    (tmp_path / "bad" / "chroma").mkdir(parents=True)
    (tmp_path / "bad" / "chroma" / "chroma.sqlite3").write_bytes(b"no database at all " * 500)
    with pytest.raises(IndexProblem, match="nothing is lost"):
        Vectors(tmp_path / "bad").query(vector(1, 0), 1)


def test_a_server_that_is_not_there_or_no_url_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match=r"127\.0\.0\.1:9.*does not answer"):
        open_index(tmp_path / "m", chroma_url="http://127.0.0.1:9", embedder=FakeEmbedder())
    with pytest.raises(InputError, match="is no Chroma server"):
        open_index(tmp_path / "m", chroma_url="localhost", embedder=FakeEmbedder())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    command = [chroma, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder) as process:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def ids(index: Index) -> list[str]:
    return [paper.paper_id for paper in index.papers()]


def test_two_clients_of_one_server(server: str, tmp_path: Path) -> None:
    model = FakeEmbedder()
    here, there = tmp_path / "here", tmp_path / "there"
    with pytest.raises(IndexMissing, match="holds no index"):
        open_index(there, chroma_url=server, embedder=model)
    fruit = write(tmp_path / "fruit.jsonl", "apples", "bananas", "cherries")
    sync([fruit], index=here, embedder=model, chroma_url=server)
    first, second = (open_index(place, chroma_url=server, embedder=model) for place in (here, there))
    same(first, second)
    assert ids(second) == ["apples", "bananas", "cherries"]

    write(fruit, "apples", "dates")
    sync([fruit], index=here, embedder=model)
    assert ids(second) == ["apples", "dates"]
    same(first, second)

    nuts = write(tmp_path / "nuts.jsonl", "walnuts")
    report = sync([nuts], index=there, embedder=model)
    assert (report.added, report.deleted) == (1, 0)
    assert ids(first) == ["apples", "dates", "walnuts"]
    same(first, second)
    assert sync([fruit, nuts], index=here, embedder=model).unchanged == 3
    remove(["dates"], index=there, embedder=model)
    assert ids(first) == ["apples", "walnuts"]
    same(first, second)

    with pytest.raises(IndexMismatch, match="filled otherwise"):
        sync([nuts], index=tmp_path / "third", embedder=FakeEmbedder(name="other"), chroma_url=server)
    busy(here, there, nuts, model)
    first.close()
    second.close()


def same(first: Index, second: Index) -> None:
    """Both clients read the same papers, chunks, vectors and scores."""
    assert first.papers() == second.papers()
    everything = ids(first)
    query = first.embedder.embed_query("bananas in depth")
    assert first.dense(query, 20) == second.dense(query, 20)
    assert {hit.chunk.paper_id for hit in first.dense(query, 20)} == set(everything)
    assert first.lexical("apples method", 9) == second.lexical("apples method", 9)
    for ours, theirs in zip(first.sentences(everything).values(), second.sentences(everything).values(), strict=True):
        assert ours.spans == theirs.spans
        assert np.array_equal(ours.vectors, theirs.vectors)
    assert first.manifest.index_sha256 == second.manifest.index_sha256


def busy(here: Path, there: Path, nuts: Path, model: FakeEmbedder) -> None:
    """While one client is writing, the other is told so, and goes on reading."""
    writer = Writer(here)
    vectors = Vectors(here, writer.meta()["chroma_url"])
    outlet = ServerOutlet(vectors)
    outlet.begin(writer)
    outlet.send(writer, [])
    with pytest.raises(IndexBusy, match="another client is writing"):
        sync([nuts], index=there, embedder=model)
    with open_index(there, embedder=model) as reading:
        assert ids(reading) == ["apples", "walnuts"]
    outlet.finish(writer)
    writer.close()
    assert sync([nuts], index=there, embedder=model).unchanged == 1


def test_threads_open_the_same_folder_at_once(tmp_path: Path) -> None:
    Vectors(tmp_path).upsert([Record("a", np.ones(4, dtype=np.float32))])
    before = sys.getswitchinterval()

    def open_and_close() -> set[int]:
        vectors = Vectors(tmp_path)
        counts = set()
        for _ in range(15):
            counts.add(vectors.count())
            vectors.close()
        return counts

    sys.setswitchinterval(1e-5)  # threads that change this often met in Chroma's table of clients every time
    try:
        with ThreadPoolExecutor(6) as pool:
            assert all(one.result() == {1} for one in [pool.submit(open_and_close) for _ in range(6)])
    finally:
        sys.setswitchinterval(before)
