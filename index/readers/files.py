"""Files and folders into entries. Whatever cannot be read is one reject with its reason, never a traceback."""

from __future__ import annotations

import hashlib
import importlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.readers.decode import decode
from index.readers.entries.collector import Collector
from index.readers.entries.entry import FileContent, Reject

MAX_BYTES = 200 * 2**20
READERS = "3"  # raised when a file gives other records than before; every index then reads its files again

# format -> module and function; each is imported when a file first needs it
_READERS = {
    "listing": ("listing", "read_listing_text"),
    "html": ("html", "read_html"),
    "json": ("jsonl", "read_json"),
    "table": ("table", "read_table"),
    "bibtex": ("bibtex", "read_bibtex"),
    "ris": ("ris", "read_ris"),
    "medline": ("medline", "read_medline"),
    "wos": ("wos", "read_wos"),
    "wos-table": ("wos", "read_wos_table"),
    "endnote": ("endnote", "read_endnote"),
    "endnote-xml": ("endnote_xml", "read_endnote_xml"),
    "atom": ("atom", "read_atom"),
    "pubmed": ("pubmed", "read_pubmed"),
    "jats": ("jats", "read_jats"),
    "markdown": ("plain", "read_markdown"),
    "plain": ("plain", "read_plain"),
}
_SPOKEN = {"bibtex": "BibTeX", "ris": "RIS", "medline": "MEDLINE", "endnote": "EndNote", "wos": "Web of Science"}
_UNKNOWN = (
    "not read: its content is in no format that citewell knows. Read are saved listing pages (text or HTML), BibTeX, "
    "RIS, MEDLINE (.nbib), Web of Science (plain text, .ciw, tab-delimited), EndNote (.enw, XML), CSV and TSV with "
    "named columns (Scopus, Dimensions, OpenAlex, Covidence, Rayyan, ASReview, Zotero …), JSON and JSON Lines "
    "(CSL-JSON, Better BibTeX, OpenAlex, Crossref, Semantic Scholar, Europe PMC, bioRxiv, arXiv snapshot, Hugging Face "
    "papers), arXiv Atom, PubMed XML, JATS, and notes in .md or .txt; --as-text takes any text as one paper"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The files under some paths, sorted, and the paths and links that cannot be used."""

    files: tuple[Path, ...]
    rejects: tuple[Reject, ...]


def read_paths(paths: Iterable[str | Path]) -> Iterator[FileContent]:
    """Read every file under the paths, folders recursively, in sorted order; unusable paths come last."""
    found = find_files(paths)
    for file in found.files:
        yield read_file(file)
    for reject in found.rejects:
        yield FileContent(reject.file, "", rejects=(reject,))


def find_files(paths: Iterable[str | Path]) -> Found:
    """The files under the paths, each once, as absolute paths.

    Hidden files and folders (a name that begins with a dot) are skipped unless named themselves. A link
    inside a folder that leads out of it is refused; one that stays inside is skipped, its target being read.
    """
    files: set[Path] = set()
    rejects: set[Reject] = set()
    for path in paths:
        try:
            root = Path(path).expanduser().resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            rejects.add(Reject(os.path.abspath(_printable(path)), None, _reason(error)))
            continue
        if os.path.isdir(root):
            _walk(root, files, rejects)
        else:
            files.add(root)
    ordered = sorted(rejects, key=lambda reject: (reject.file, reject.reason))
    return Found(tuple(sorted(files)), tuple(ordered))


def read_file(path: str | Path, *, as_text: bool = False) -> FileContent:
    """Read one file, whatever format it is in; with ``as_text`` one in no known format is one paper."""
    name = os.path.abspath(os.fspath(path))
    data, fault = _read_bytes(name)
    sha256 = hashlib.sha256(data).hexdigest() if not fault else ""
    text, reason = decode(data)
    del data  # up to 200 MB
    if not (fault or reason) and not text.strip():
        reason = "the file is empty"
    if fault or reason:
        return FileContent(
            _printable(name), "", rejects=(Reject(_printable(name), None, fault or reason),), sha256=sha256
        )
    into = Collector(name)
    format_name = _read_text(text, Path(name).suffix, into, as_text)
    if not (into.entries or into.titles or into.rejects):
        into.fault(None, "no papers in this file")
    return into.content(format_name, sha256)


def _read_text(text: str, suffix: str, into: Collector, as_text: bool) -> str:
    """Hand the text to its reader; the name of the format, as precisely as the reader knows it."""
    from index.readers.sniff import DATA, also, sniff

    name = sniff(text, suffix) or ("plain" if as_text else "")
    if name == "html" and suffix.lower() in DATA and not as_text:
        into.fault(
            None, f"a web page under the name of {suffix} data, perhaps of a sign-in or an error; export it again"
        )
        return ""
    if name not in _READERS:
        into.fault(None, _UNKNOWN)
        return ""
    module, function = _READERS[name]
    reader: Callable[[str, Collector], str | None] = getattr(
        importlib.import_module(f"index.readers.formats.{module}"), function
    )
    found = reader(text, into) or name
    for other in also(text, name):
        into.fault(None, f"holds {_SPOKEN[other]} records as well as {_SPOKEN[name]}, and only these were read; "
                         "put each format into a file of its own")  # fmt: skip
    return found


def _walk(root: Path, files: set[Path], rejects: set[Reject]) -> None:
    def report(error: OSError) -> None:
        rejects.add(Reject(_printable(error.filename), None, _reason(error)))

    for folder, subfolders, names in os.walk(root, onerror=report):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in [*names, *subfolders]:
            path = Path(folder, name)
            if name.startswith("."):
                continue
            try:
                link = path.is_symlink()
            except OSError as error:
                report(OSError(error.errno, error.strerror, str(path)))
                continue
            if link:
                _check_link(path, root, rejects)
            elif name in subfolders:
                continue
            elif _printable(path) != str(path):
                rejects.add(Reject(_printable(path), None, "the file's name is not valid UTF-8; rename it"))
            else:
                files.add(path)


def _check_link(path: Path, root: Path, rejects: set[Reject]) -> None:
    """Report a link that leads out of the folder or nowhere."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        rejects.add(Reject(_printable(path), None, f"a link that leads nowhere: {_reason(error)}"))
        return
    if not target.is_relative_to(root):
        rejects.add(Reject(_printable(path), None, "a link out of the folder, not followed; give its target as a path"))


def _read_bytes(name: str) -> tuple[bytes, str]:
    """The bytes of a file, and why they cannot be had, or an empty string."""
    try:
        status = os.stat(name)
        if not stat.S_ISREG(status.st_mode):
            return b"", "a folder, not a file" if stat.S_ISDIR(status.st_mode) else "no regular file"
        if status.st_size > MAX_BYTES:
            return b"", _too_large(status.st_size)
        with open(name, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return b"", _reason(error)
    return (b"", _too_large(len(data))) if len(data) > MAX_BYTES else (data, "")


def _too_large(size: int) -> str:
    return f"the file has {size / 2**20:,.0f} MB, more than the {MAX_BYTES / 2**20:,.0f} MB that are read; split it"


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    return f"cannot be read: {error}"


def _printable(path: object) -> str:
    return os.fsencode(str(path)).decode("utf-8", errors="replace")
