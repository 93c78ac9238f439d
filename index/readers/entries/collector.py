"""The one gate between the formats and the rest: checks each record, and counts the positions."""

from __future__ import annotations

from typing import TypedDict, Unpack

from index.readers.entries.absent import absent
from index.readers.entries.clean import one_line, tidy
from index.readers.entries.entry import Entry, FileContent, Reject
from index.schema import Identifiers, Source

MAX_TITLE = 2_000
MAX_ABSTRACT = 200_000
MAX_ID = 200
MAX_REJECTS = 500
_NO_TITLE, _NOTHING = "no title", "neither title nor abstract"


class Details(TypedDict, total=False):
    """What an entry may carry besides title and abstract."""

    entry_id: str | None
    authors: tuple[str, ...]
    authors_count: int | None
    organisation: str | None
    published: str | None
    published_text: str | None
    venue: str | None
    identifiers: Identifiers
    links: tuple[str, ...]
    pages: tuple[str, ...]
    keys: tuple[str, ...]
    kind: str | None
    keywords: tuple[str, ...]
    retraction: str | None
    extra: tuple[tuple[str, str], ...]


class Collector:
    """Gathers the entries and rejects of one file. A rejected record keeps its position, so that none shifts.

    A record without an abstract is among ``titles``, and its reject says so: it can be found, never quoted.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.entries: list[Entry] = []
        self.titles: list[Entry] = []
        self.rejects: list[Reject] = []
        self._position = 0
        self._untold = {False: 0, True: 0}

    def add(self, line: int | None, title: object, abstract: object, **details: Unpack[Details]) -> None:
        """Take one record, whose first line is ``line``, or reject it with the reason."""
        reason = _title_fault(title)
        if reason == _NO_TITLE and abstract in (None, ""):
            reason = _NOTHING
        bare = not reason and (abstract is None or (isinstance(abstract, str) and absent(abstract)))
        reason = reason or _abstract_fault(abstract, title, bare)
        self._position += 1
        if reason in (_NO_TITLE, _NOTHING):  # a line helps little where a file is one
            self.fault(line, f"record {self._position}: {reason}")
        elif reason:
            self.fault(line, reason, kept=bare)
        if reason and not bare:
            return
        details["entry_id"] = _usable_id(details.get("entry_id"))
        source = Source(self.file, self._position)
        text = "" if bare else tidy(str(abstract))
        (self.titles if bare else self.entries).append(Entry(source, one_line(str(title)), text, **_clean(details)))

    def reject(self, line: int | None, reason: str) -> None:
        """Report a record that cannot be used."""
        self._position += 1
        self.fault(line, reason)

    def fault(self, line: int | None, reason: str, *, kept: bool = False) -> None:
        """Report what is wrong with the file itself, not with one record of it; beyond a limit only the number."""
        if len(self.rejects) < MAX_REJECTS:
            self.rejects.append(Reject(self.file, line, reason, kept=kept))
        else:
            self._untold[kept] += 1

    def content(self, name: str, sha256: str) -> FileContent:
        """All that was gathered."""
        rejects = list(self.rejects)
        for kept, number in self._untold.items():
            if number:
                what = "more without abstract" if kept else "more that cannot be used"
                rejects.append(Reject(self.file, None, f"{number:,} {what}, not listed", number, kept))
        return FileContent(self.file, name, tuple(self.entries), tuple(rejects), sha256, tuple(self.titles))

    def take(self, other: Collector) -> None:
        """Hold what another collector of the same file gathered."""
        self.entries, self.titles, self.rejects = other.entries, other.titles, other.rejects
        self._position, self._untold = other._position, other._untold


def _title_fault(title: object) -> str:
    if title is None or (isinstance(title, str) and not any(map(str.isalnum, title))):
        return _NO_TITLE
    if not isinstance(title, str):
        return f"the title is no text but {type(title).__name__}"
    if len(title) > MAX_TITLE:
        return f"the title has {len(title):,} characters, more than {MAX_TITLE:,}"
    return _encoding_fault("title", title)


def _abstract_fault(abstract: object, title: object, bare: bool) -> str:
    """What is wrong with an abstract; the title helps to find it."""
    if bare:
        return f"no abstract: {shortened(one_line(str(title)))}"
    if not isinstance(abstract, str):
        return f"the abstract is no text but {type(abstract).__name__}: {shortened(one_line(str(title)))}"
    if len(abstract) > MAX_ABSTRACT:
        return f"the abstract has {len(abstract):,} characters, more than {MAX_ABSTRACT:,}; give abstracts, not books"
    return _encoding_fault("abstract", abstract)


def _encoding_fault(what: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"the {what} is not valid UTF-8 at its character {error.start + 1}; save the file as UTF-8"
    return ""


def shortened(text: str, limit: int = 70) -> str:
    """The text, cut for a message."""
    safe = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return safe if len(safe) <= limit else safe[: limit - 1].rstrip() + "…"


def _usable_id(entry_id: str | None) -> str | None:
    """The id of the source if it can name a paper on a command line; else None, and a slug will be made."""
    if entry_id is None:
        return None
    name = one_line(entry_id)
    return name if name.isprintable() and 0 < len(name) <= MAX_ID else None


def _clean(details: Details) -> Details:
    """The details as valid Unicode; what has broken bytes is left out, for it names nothing."""
    cleaned = Details(**details)
    for key in ("organisation", "published", "published_text", "venue", "kind", "retraction"):
        value = details.get(key)
        if isinstance(value, str):
            cleaned[key] = _sound(value) or None
    for key in ("authors", "links", "pages", "keys", "keywords"):
        values = details.get(key)
        if isinstance(values, tuple):
            cleaned[key] = tuple(filter(None, map(_sound, values)))  # type: ignore[literal-required]
    cleaned["extra"] = tuple((name, _sound(value)) for name, value in details.get("extra", ()))
    return cleaned


def _sound(text: str) -> str:
    return one_line(text.encode(errors="replace").decode())
