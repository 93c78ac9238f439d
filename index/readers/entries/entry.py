"""What a reader hands on: entries as parsed, and what it could not use."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.schema import Identifiers, Source


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of one file, cleaned but not yet merged with others of the same paper.

    source: the file as an absolute path, and the position of the record in it, counted from 1.
    entry_id: the id that the record carries; None where the format has none.
    pages: the listing pages that the record says it was taken from (the demo cards); else empty.
    The other fields are those of `Paper`.
    """

    source: Source
    title: str
    abstract: str
    entry_id: str | None = None
    authors: tuple[str, ...] = ()
    authors_count: int | None = None
    organisation: str | None = None
    published: str | None = None
    published_text: str | None = None
    venue: str | None = None
    identifiers: Identifiers = field(default_factory=Identifiers)
    links: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    kind: str | None = None
    keywords: tuple[str, ...] = ()
    retraction: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be used: the file (absolute path), the line where it begins or None, and why.

    count: how many such, where they are not listed one by one. kept: the record is in the library by its title.
    """

    file: str
    line: int | None
    reason: str
    count: int = 1
    kept: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FileContent:
    """All that one file gave. A file that cannot be read at all has no entries, one reject and format "".

    sha256: of the file's bytes as they were read; "" where they were not.
    titles: records without an abstract; each is also among the rejects.
    """

    file: str
    format: str
    entries: tuple[Entry, ...] = ()
    rejects: tuple[Reject, ...] = ()
    sha256: str = ""
    titles: tuple[Entry, ...] = ()

    @property
    def records(self) -> tuple[Entry, ...]:
        """The entries and the titles, in the order of the file."""
        return tuple(sorted((*self.entries, *self.titles), key=lambda entry: entry.source.position))
