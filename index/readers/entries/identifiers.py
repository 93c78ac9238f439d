"""DOI, arXiv id and PMID in one spelling each, so that equal works compare equal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote

from index.schema import Identifiers

# "<" only as old DOIs have it: 10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2
_DOI = re.compile(r"\b10\.\d{4,9}/(?:[^\s\"<>{}]|<\w{0,20}:[^\s<>]{1,60}>){1,180}")
_ARXIV = re.compile(
    r"(?:arxiv(?:\.org)?[:/.\s]\s*(?:abs/|pdf/|html/)?|^)"
    r"(?P<id>\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d{1,3})?(?!\d)",
    re.IGNORECASE,
)
_PMID = re.compile(r"(?:pmid:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov|/|\.gov)[/:]*|^)(\d{1,9})(?:/|$|\s)", re.IGNORECASE)


def doi(text: str | None) -> str | None:
    """A DOI in lower case, out of the bare form, ``doi:…`` or a link."""
    text = text or ""
    if "&" in text:
        text = html.unescape(text)
    if "%" in text and "doi.org/" in text.lower():
        text = unquote(text)
    found = _DOI.search(text)
    if not found:
        return None
    name = found.group().lower().rstrip(".,;:")
    while name.endswith((")", "]")) and name.count(name[-1]) > name.count("(" if name[-1] == ")" else "["):
        name = name[:-1].rstrip(".,;:")
    return name


def arxiv(text: str | None) -> str | None:
    """An arXiv id without its version, out of the bare form, ``arXiv:…``, a link or arXiv's own DOI."""
    found = _ARXIV.search((text or "").strip())
    return found.group("id").lower() if found else None


def pmid(text: str | None) -> str | None:
    """A PubMed id, out of the bare form, ``PMID: …`` or a link."""
    found = _PMID.search((text or "").strip())
    return found.group(1).lstrip("0") or None if found else None


def identifiers(
    doi_text: str | None = None,
    arxiv_text: str | None = None,
    pmid_text: str | None = None,
    links: Iterable[str] = (),
) -> Identifiers:
    """What a record's fields say; its links fill the gaps where they lead to doi.org, arXiv or PubMed."""
    name, preprint, number = doi(doi_text), arxiv(arxiv_text), pmid(pmid_text)
    for link in links:
        host = link.lower()
        if "doi.org/" in host:
            name = name or doi(link)
        elif "arxiv.org/" in host:
            preprint = preprint or arxiv(link)
        elif "pubmed" in host:
            number = number or pmid(link)
    if name and name.startswith("10.48550/arxiv."):
        preprint = preprint or arxiv(name.removeprefix("10.48550/arxiv."))
    return Identifiers(name, preprint, number)
