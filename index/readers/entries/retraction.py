"""What says of a paper that it is retracted, and which record is itself the notice of a retraction."""

from __future__ import annotations

import re

_WORD = r"(?:retracted|withdrawn)"
_TITLE = re.compile(
    rf"^\W*{_WORD}(?:\s+(?:article|paper|chapter|study|publication))?\s*(?:[:\]\)–—-]|\.\s)"
    rf"|[\[(]\s*{_WORD}\b[^\[\]()]{{0,120}}[\])]\W*$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"^\W*(?:notice of (?:retraction|withdrawal)|(?:retraction|withdrawal)(?:\s+(?:notice|note|statement))?)"
    r"\s*(?:\b(?:to|of|for)\b\s*:?|:|–|—|-)\s*(?P<title>.+)$",
    re.IGNORECASE,
)
_KIND = re.compile(r"\bretracted (?:publication|article|paper)\b|^\s*retracted\s*$", re.IGNORECASE)
_NOTICE_KIND = re.compile(r"\bretraction(?: of publication| notice)?\b", re.IGNORECASE)
_NOTE = re.compile(rf"^\W*(?:this (?:article|paper) (?:has been|was|is) )?{_WORD}\b", re.IGNORECASE)
_WORK = r"(?:article|paper|preprint|manuscript|submission|work|study)"
# what stands in the place of the abstract then
_INSTEAD = re.compile(
    rf"^\W*(?:(?:this|the) {_WORK} (?:has been|was|is)(?: being)? {_WORD}\b"
    rf"|(?:the )?authors? (?:has|have) (?:retracted|withdrawn) (?:this|the|their|his|her) {_WORK}\b)",
    re.IGNORECASE,
)
_YES = re.compile(r"true|yes|1|retracted.*|withdrawn.*", re.IGNORECASE)


def retraction(
    title: str, kind: str, flag: object, notes: str, keywords: tuple[str, ...] = (), abstract: str = ""
) -> str | None:
    """The words that say that a paper is retracted; None where nothing says so. A notice is not itself retracted."""
    if notice_of(title, kind) is not None:
        return None
    if _TITLE.search(title):
        return title
    if flag is True or (isinstance(flag, str | int) and _YES.fullmatch(str(flag).strip())):
        return "marked as retracted by its source" if str(flag).lower() in ("true", "yes", "1") else str(flag)
    if _KIND.search(kind):
        return kind
    if _NOTE.search(notes) or _INSTEAD.search(notes):
        return notes[:200]
    if _INSTEAD.search(abstract):
        return abstract[:200]
    return next((word for word in keywords if word.lower() in ("retracted", "retracted publication")), None)


def notice_of(title: str, kind: str = "") -> str | None:
    """The title of the paper that a notice retracts, as far as its own title says it; None for any other paper."""
    found = _NOTICE.match(title)
    if found:
        quoted = re.search(r"[“\"'‘](.{10,})[”\"'’]", found["title"])
        return bare(quoted[1] if quoted else found["title"])
    return "" if _NOTICE_KIND.search(kind) and not _KIND.search(kind) else None


def bare(title: str) -> str:
    """The title without the word that marks it as retracted, so that it equals what it was before."""
    return _TITLE.sub(" ", title).strip() or title
