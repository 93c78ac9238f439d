"""The types that travel between the stages of indexing and searching: frozen, slotted, tuples inside."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    keys: what else the sources call it than paper_id: citation keys and accession numbers.
    kind: the type of publication, as stated.
    retraction: the words that say that it is retracted; None where no source does.
    extra: (name, value) of what is only shown and exported: volume, issue, pages, publisher, issn, isbn, language.
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
    keys: tuple[str, ...] = ()
    kind: str | None = None
    keywords: tuple[str, ...] = ()
    retraction: str | None = None
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def retracted(self) -> bool:
        """Whether a source says that the paper is retracted or withdrawn."""
        return self.retraction is not None

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
    author: words that one of the authors' names must hold. venue, kind: the same of the venue and the type.
    papers: the ids of the only papers that are asked; None asks all.
    """

    year_from: int | None = None
    year_to: int | None = None
    page: str | None = None
    title: str | None = None
    papers: tuple[str, ...] | None = None
    author: str | None = None
    venue: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The papers that match a filter, and how many were left out because their year is unknown."""

    paper_ids: frozenset[str]
    unknown_year: int


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVectors:
    """Every sentence of an abstract once: its span in the abstract, and its vector, a row of unit norm."""

    spans: tuple[tuple[int, int], ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built with and what it holds.

    generation: grows with each committed change. corpus_sha256: of the papers, wherever they were read.
    index_sha256: of the corpus, the model and the chunking together.
    """

    model: str
    dimension: int
    chunking: str
    corpus_sha256: str
    index_sha256: str
    generation: int
    chroma_url: str | None = None
