"""The types that travel between the stages of indexing and searching: frozen, slotted, tuples inside."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Where a paper was read: the file, and the position of its record in that file, counted from 1."""

    file: str
    position: int


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers that name one work the world over; each is normalised or None."""

    doi: str | None = None
    arxiv: str | None = None
    pmid: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what its sources say of it, merged.

    published: an ISO date, or its known part ("2024", "2024-03"); None where no source gives a year.
    published_text: the date as the source wrote it ("Apr 14"); kept even when it has no year.
    authors_count: the number of authors, known even where their names are not.
    """

    paper_id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    authors_count: int | None = None
    organisation: str | None = None
    published: str | None = None
    published_text: str | None = None
    venue: str | None = None
    identifiers: Identifiers = Identifiers()
    links: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of publication; None where it is unknown, never a guess."""
        found = re.match(r"\d{4}", self.published or "")
        return int(found.group()) if found else None

    @property
    def abstract_sha256(self) -> str:
        """The sha256 of the abstract's UTF-8 bytes, in hexadecimal."""
        return hashlib.sha256(self.abstract.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of an abstract: ``paper.abstract[start:end] == text``, always. Offsets are in characters."""

    chunk_id: str
    paper_id: str
    title: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk with the score that a retriever gave it, and its rank, counted from 1."""

    chunk: Chunk
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which papers a question is asked of. All conditions must hold; an unknown year never matches a year.

    page: part of a source file's name. title: words that the title must contain, in any order, whatever the case.
    """

    year_from: int | None = None
    year_to: int | None = None
    page: str | None = None
    title: str | None = None
