"""A named source as the content of one file: its pages are read by the readers of files."""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.locations import home
from index.readers.entries.entry import Entry, FileContent, Reject
from index.readers.files import read_file
from index.schema import Source

if TYPE_CHECKING:
    from index.live.http import Http

LIMIT = 500  # records that one query brings at most
Pages = Callable[[str, str, "Http", int], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A source: its address, which the environment can change, and the seconds that it wants between requests."""

    address: str
    variable: str
    pause: float


SCHEMES = {
    "arxiv": Scheme("https://export.arxiv.org", "CITEWELL_ARXIV_URL", 3.0),
    "hf": Scheme("https://huggingface.co", "CITEWELL_HF_URL", 1.0),
    "openalex": Scheme("https://api.openalex.org", "CITEWELL_OPENALEX_URL", 0.2),
    "pubmed": Scheme("https://eutils.ncbi.nlm.nih.gov/entrez/eutils", "CITEWELL_PUBMED_URL", 0.4),
    "doi": Scheme("https://doi.org", "CITEWELL_DOI_URL", 0.5),
    "zotero": Scheme("http://127.0.0.1:23119", "CITEWELL_ZOTERO_URL", 0.0),
}


def is_live(path: str | Path) -> bool:
    """Whether a path names a source on the network and no file."""
    scheme, sign, query = str(path).partition(":")
    named = bool(sign) and scheme in SCHEMES and (bool(query.strip()) or scheme == "zotero")
    return named and not os.path.lexists(str(path))


def read_live(spec: str, *, limit: int = LIMIT) -> FileContent:
    """Ask a source and read its pages as one file of that name; what goes wrong is one reject, and nothing is lost."""
    from index.live.http import Http  # loads httpx, which nobody needs who names no source

    name, _, query = spec.partition(":")
    scheme = SCHEMES[name]
    address = os.environ.get(scheme.variable, scheme.address).rstrip("/")
    place = home() / "live" / hashlib.sha256(f"{spec}\n{address}".encode()).hexdigest()[:24]
    module = importlib.import_module(f"index.live.{name}")
    pages: Pages = module.pages
    try:
        own = "//127.0.0.1" in address or "//localhost" in address  # nobody else waits for this machine
        http = Http(place, 0.0 if own else scheme.pause)
        try:
            found = _read(spec, pages(query.strip(), address, http, limit), limit)
            http.done()
        finally:
            http.close()
    except ReadError as error:
        return FileContent(spec, "", rejects=(Reject(spec, None, str(error)),))
    except OSError as error:
        reason = f"cannot keep its pages in {place}: {error.strerror}"
        return FileContent(spec, "", rejects=(Reject(spec, None, reason),))
    return found


def _read(spec: str, pages: Iterator[str], limit: int) -> FileContent:
    entries: list[Entry] = []
    titles: list[Entry] = []
    rejects: list[Reject] = []
    digest, form, place = hashlib.sha256(), "", 0
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(pages, start=1):
            digest.update(text.encode())
            page = Path(folder, f"page-{number}")
            page.write_text(text, encoding="utf8")
            content = read_file(page)
            form = form or content.format
            rejects += [replace(reject, file=spec, line=None) for reject in content.rejects if content.records or text]
            entries += _placed(content.entries, spec, place)
            titles += _placed(content.titles, spec, place)
            place += max((entry.source.position for entry in content.records), default=0)
            if len(entries) + len(titles) >= limit:
                break
    last = sorted(entry.source.position for entry in (*entries, *titles))[:limit][-1:]
    entries = [entry for entry in entries if [entry.source.position] <= last]
    titles = [entry for entry in titles if [entry.source.position] <= last]
    if not (entries or titles or rejects):
        rejects.append(Reject(spec, None, "the source knows no paper for this query"))
    return FileContent(spec, form, tuple(entries), tuple(rejects), digest.hexdigest(), tuple(titles))


def _placed(entries: tuple[Entry, ...], spec: str, place: int) -> list[Entry]:
    return [replace(entry, source=Source(spec, place + entry.source.position)) for entry in entries]
