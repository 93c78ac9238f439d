"""The index of the bundled demo corpus."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from index import database
from index.apply import Progress, plain_records, put_papers
from index.chunking import describe
from index.embedding import Embedder, get_embedder
from index.lock import writing
from index.schema import Paper, Source
from index.vectors import Vectors
from index.writer import Writer


def build(folder: Path, embedder: Embedder | None, progress: Progress | None) -> None:
    """Make the demo index in ``folder`` if it is not there, or finish it."""
    if database.exists(folder):
        return
    embedder = embedder or get_embedder()
    with writing(folder, wait=120):
        if database.exists(folder):
            return
        meta = {"model": embedder.name, "dimension": str(embedder.dimension)}
        database.create(folder, {**meta, "chunking": describe(embedder.max_tokens)}).close()
        writer, vectors = Writer(folder), Vectors(folder)
        put_papers(writer, vectors, _cards(), embedder, plain_records, progress or _quiet)
        with writer.transaction():
            writer.put_fingerprints()
        writer.close()


def _cards() -> list[tuple[Paper, int]]:
    lines = files("index.corpus").joinpath("cards.jsonl").read_text(encoding="utf8").splitlines()
    return [(_paper(json.loads(line)), 1) for line in lines]


def _paper(card: dict) -> Paper:  # type: ignore[type-arg]
    return Paper(
        card["id"],
        card["title"],
        card["summary"],
        authors_count=card["authors_count"],
        organisation=card["organisation"],
        published=card["published"],
        published_text=card["published_text"],
        links=tuple(card["links"]),
        sources=tuple(Source(page, 0) for page in card["pages"]),
    )


def _quiet(stage: str, done: int, total: int) -> None:
    pass
