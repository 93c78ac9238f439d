"""An index that an older citewell made is brought up to date by itself: Chroma at once, the embeddings by a sync."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from index.chroma.outbox import FolderOutlet, drain
from index.chroma.vectors import Vectors
from index.errors import IndexProblem
from index.storage import database
from index.storage.lock import writing
from index.storage.writer import Writer

WAIT = 120.0
OLDER_VECTORS = "2"  # before this build, a vector depended on the batch that it was embedded in


def renewed(folder: Path) -> None:
    """For a reader: renew the index in ``folder`` if it is an older one; where nothing can be written it is read so."""
    connection = database.connect(folder)
    found = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('build', 'chroma_url')"))
    connection.close()
    if found.get("build") == database.BUILD:
        return
    with contextlib.suppress(IndexProblem), writing(folder, WAIT):
        writer, vectors = Writer(folder), Vectors(folder, found.get("chroma_url"))
        try:
            renew(writer, vectors)
        finally:
            writer.close()
            vectors.close()


def renew(writer: Writer, vectors: Vectors) -> None:
    """For who holds the lock. Killed anywhere, it is done again; SQLite keeps every vector until it has a new one."""
    build = writer.meta().get("build", "")
    if build == database.BUILD:
        return
    with writer.transaction() as connection:
        if build < OLDER_VECTORS:
            connection.execute("UPDATE papers SET text_sha256 = ''")
            writer.set_meta("unfinished", "1")
        writer.note_all()
    if vectors.url is None:
        vectors.clear()
        drain(writer, FolderOutlet(vectors))
    with writer.transaction():
        writer.set_meta("build", database.BUILD)
        writer.put_fingerprints()
    logging.getLogger("citewell").warning(
        "the index at %s was made by an older citewell: Chroma was written anew%s",
        writer.folder,
        ", and the next `citewell index sync` embeds its papers anew" if build < OLDER_VECTORS else "",
    )
