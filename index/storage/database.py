"""The SQLite file of an index: its tables, and how it is opened."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from index.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexProblem
from index.storage.faults import circumstance, damaged, rebuild

FILE = "citewell.sqlite3"
FORMAT = "1"
BUILD = "3"  # raised when vectors (2) or Chroma's records (3) are made otherwise; index/chroma/renew.py does the rest
APPLICATION_ID = 0x63747764

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    file TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, sha256 TEXT, format TEXT,
    failed INTEGER NOT NULL, rejects TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE entries (
    file TEXT NOT NULL, position INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (file, position)
) WITHOUT ROWID;
CREATE TABLE papers (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL UNIQUE, data TEXT NOT NULL, sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL, entries INTEGER NOT NULL
);
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX chunks_of_paper ON chunks (paper_id, position);
CREATE TABLE sentences (paper_id TEXT PRIMARY KEY, spans TEXT NOT NULL, vectors BLOB NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE papers_fts USING fts5 (title, abstract, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE removed (paper_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE outbox (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
TABLE_NAMES = tuple(re.findall(r"TABLE (\w+)", TABLES))


def create(folder: Path, meta: dict[str, str]) -> sqlite3.Connection:
    """Make the tables in ``folder``, which is made as well; all of it or nothing is there afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = circumstance(folder, error)
        raise told or IndexProblem(f"cannot make an index in {folder}: {error.strerror}") from error
    connection = _connect(folder, "rwc")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in TABLES.split(";\n"):
            connection.execute(statement)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", {"format": FORMAT, "build": BUILD, "generation": "0", **meta}.items()
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        connection.close()
        told = circumstance(folder, error)
        raise told or IndexProblem(f"cannot make an index in {folder}: {error}") from error
    return connection


def refuse_foreign(folder: Path) -> None:
    """No index is made in a folder that holds other things."""
    if not folder.is_dir() or (folder / FILE).exists():
        return
    foreign = sorted(
        entry.name for entry in folder.iterdir() if not entry.name.startswith(("chroma", "lock", ".", FILE))
    )
    if foreign:
        raise IndexProblem(f"{folder} is not empty and no index ({foreign[0]} is in it); choose another folder")


def exists(folder: Path) -> bool:
    """Whether an index is in the folder; one whose making was interrupted counts as absent."""
    file = folder / FILE
    if not file.is_file() or file.stat().st_size == 0:
        return False
    connection = _connect(folder, "ro")
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
            return True
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.Error as error:
        raise damaged(folder, error) from error
    finally:
        connection.close()
    if tables:
        raise IndexProblem(f"{file} is no citewell index; choose another folder")
    return False


def identity(folder: Path) -> tuple[int, int] | None:
    """Which file is there: one that is open is never mistaken for one made in its place; None where there is none."""
    try:
        state = (folder / FILE).stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def connect(folder: Path, *, writing: bool = False) -> sqlite3.Connection:
    """Open the index in ``folder``; refuse what is absent, foreign, damaged or of another format."""
    if not folder.is_dir():
        raise IndexMissing(f"no index at {folder}: make one with `citewell index sync PATH… --index {folder}`")
    if not exists(folder):
        if (folder / "chroma").is_dir():
            raise IndexDamaged(f"the index at {folder} has lost its file {FILE}: {rebuild(folder)}")
        raise IndexMissing(f"{folder} holds no index: make one with `citewell index sync PATH… --index {folder}`")
    connection = _connect(folder, "rw" if writing else "ro")
    try:
        if writing:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found[0] != FORMAT:
            raise IndexMismatch(
                f"the index at {folder} has format {found and found[0]}, this citewell reads {FORMAT}: "
                f"{rebuild(folder)}"
            )
        for table in TABLE_NAMES:
            connection.execute(f"SELECT 1 FROM {table} LIMIT 0")
    except sqlite3.Error as error:
        connection.close()
        raise damaged(folder, error) from error
    except IndexMismatch:
        connection.close()
        raise
    return connection


def chroma_url(folder: Path) -> str | None:
    """The Chroma server that the index keeps its vectors on, if it does."""
    connection = connect(folder)
    found = connection.execute("SELECT value FROM meta WHERE key = 'chroma_url'").fetchone()
    connection.close()
    return str(found[0]) if found else None


def _connect(folder: Path, mode: str) -> sqlite3.Connection:
    uri = (folder / FILE).absolute().as_uri() + f"?mode={mode}"
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 30000")
    except sqlite3.Error as error:
        raise damaged(folder, error) from error
    return connection
