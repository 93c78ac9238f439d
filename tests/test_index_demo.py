"""The demo index mends itself: nobody has to delete what an older citewell or an accident left there."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index import demo_index
from index.chroma.vectors import Vectors
from index.embedding.fake import FakeEmbedder
from index.errors import IndexMissing
from index.storage import database


def _meta(folder: Path, key: str, value: str) -> None:
    with closing(sqlite3.connect(folder / database.FILE)) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))


def _drop(folder: Path, table: str) -> None:
    with closing(sqlite3.connect(folder / database.FILE)) as connection, connection:
        connection.execute(f"DROP TABLE {table}")


HARM: dict[str, Callable[[Path], object]] = {
    "another format": lambda folder: _meta(folder, "format", "0"),
    "another chunking": lambda folder: _meta(folder, "chunking", "by the page"),
    "another model": lambda folder: _meta(folder, "model", "older"),
    "a file that is no database": lambda folder: (folder / database.FILE).write_bytes(b"rubbish" * 1000),
    "a table lost": lambda folder: _drop(folder, "removed"),
    "no vectors": lambda folder: shutil.rmtree(folder / "chroma"),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_demo_index_that_cannot_serve_is_made_anew(
    harm: str, fake_demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(fake_demo_home, tmp_path / "home")
    monkeypatch.setenv("CITEWELL_HOME", str(home))
    HARM[harm](home / "demo")
    embedder = FakeEmbedder()
    with demo_index(embedder=embedder) as index:
        assert len(index.papers()) == 126
        assert index.dense(embedder.embed_query("alignment"), 3)


def test_looking_for_vectors_leaves_nothing_that_reads_as_vectors(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    with pytest.raises(IndexMissing, match="holds no vectors"):
        vectors.query(FakeEmbedder().embed_query("x"), 1)
    assert not vectors.there()
