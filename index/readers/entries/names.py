"""Authors in every spelling that exports have, as names with the given name first."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable

from index.readers.entries.clean import close
from index.readers.entries.markup import unmarked

_INITIALS = r"(?:[^\W\d_a-z]\.?[- ]?){1,4}"
_IS_INITIALS = re.compile(rf"{_INITIALS}")
_FAMILY_FIRST = re.compile(
    r"(?P<family>[^\W\d_][^\s.,]+(?: [^\s.,]{2,})*) (?P<given>(?:[^\W\d_a-z]\.?-?){1,4})"
    r"(?P<suffix> (?:Jr|Sr|2nd|3rd|II|III|IV)\.?)?"
)
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|2nd|3rd|i{2,3}|iv)\.?", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ])(?<!\bMc)(?<!\bMac)(?<!\bD[aei])(?<!\bL[aeo])(?<!\bFitz)(?=[A-ZÀ-Ö])")
_FIRM = re.compile(r"(?:inc|ltd|llc|gmbh|corp|co|plc|s\.a|ag)\.?", re.IGNORECASE)
_FIRMS = re.compile(rf"^[^;|\n]{{1,80}} & [^;|\n,]{{1,80}} (?:{_FIRM.pattern})$", re.IGNORECASE)
_DEGREE = re.compile(r"(?:ph\.? ?d|m\.?d|m\.?sc|b\.?sc|m\.?p\.?h|m\.?b\.?a|r\.?n|dr|prof|esq)\.?", re.IGNORECASE)
_NUMBER = re.compile(r"\((?:\d{6,}|https?://[^()]*)\)|\[[^\[\]]*\]$")
_NOBODY = re.compile(
    r"\[?(?:no author(?: name)?s?(?: available| listed)?|anon(?:ymous)?|et al\.?|others|n/?a|null|none|nan)\]?\.?",
    re.IGNORECASE,
)
_MOST = 5_000


def names(value: object) -> tuple[str, ...]:
    """The names in a list of strings or objects, or in one string that parts them by its own habit."""
    if isinstance(value, str):
        value = _listed(value[:200_000])
    found = value if isinstance(value, list | tuple) else [value] if isinstance(value, dict) else []
    texts = [(_whole(one), isinstance(one, dict) and "literal" in one) for one in found[:_MOST]]
    kept = [(close(_NUMBER.sub("", text)).strip(" ,;"), literal) for text, literal in texts if text]
    kept = [(text, literal) for text, literal in kept if text and not _NOBODY.fullmatch(text)]
    swap = all(literal or "," in text or _FAMILY_FIRST.fullmatch(text) for text, literal in kept)
    swap = swap and (len(kept) > 1 or bool(kept and re.search(r" [^\W\d_a-z]\.?$|\.$", kept[0][0])))
    return tuple(dict.fromkeys(text if literal else _given_first(text, swap) for text, literal in kept))


def _listed(text: str) -> list[object]:
    """One string as its names: a written list, or parted by ``and``, ``;``, ``|``, line ends, or commas alone."""
    text = close(unmarked(text))  # before it is parted: an entity ends with ";"
    if (written := written_list(text)) is not None:
        return written
    parts = re.split(r"\s+and\s+|\s*[;|\n]\s*(?:and\s+)?|\s+&\s+", text) if not _FIRMS.search(text) else [text]
    parts = [part for part in parts if part.strip()]
    loose = len(parts) < 3 and "," not in parts[-1] if len(parts) > 1 else True
    return [name for part in parts for name in (_by_commas(part) if loose else [part])]


def unglued(text: str) -> object:
    """Authors between whom nothing stands, ``Ann LowBo Ney``, as a list, where each part can be a name."""
    parts = _GLUED.split(text)
    return parts if all(" " in part and not re.search("[,;|&]", part) for part in parts) else text


def written_list(text: str) -> list[object] | None:
    """The members of a list that pandas or a program wrote as text, in Python's or JSON's way."""
    if text[:1] != "[" or text[-1:] != "]":
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list):
            return value
    return None


def _by_commas(text: str) -> Iterable[str]:
    """``Ada Lovelace, Alan Turing`` or ``Quist, P., Orban, T.``; ``Lovelace, Ada`` is one name."""
    parts = [part.strip() for part in text.rstrip(" .,").split(",")]
    if text.rstrip().endswith("."):
        parts[-1] += "."
    parts = [part for part in parts if part.strip(".")]
    if len(parts) < 2 or _SUFFIX.fullmatch(parts[-1]) or _FIRM.fullmatch(parts[-1]):
        return [text]
    initials = [bool(_IS_INITIALS.fullmatch(part)) for part in parts]
    paired = all(initials[1::2]) or not any(" " in part for part in parts)
    if len(parts) % 2 == 0 and len(parts) > 2 and paired and not any(initials[::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if all(" " in part or _FAMILY_FIRST.fullmatch(part) for part in parts) and not any(initials):
        return parts
    return [text]


def _given_first(name: str, swap_bare: bool) -> str:
    """``Lovelace, Ada`` as ``Ada Lovelace``, ``King, Jr., Martin`` as ``Martin King Jr.``, ``Moss R.`` as ``R. Moss``.

    swap_bare: the names without a comma have the family name first.
    """
    parts = [part.strip() for part in name.split(",") if part.strip()]
    while len(parts) > 2 and _DEGREE.fullmatch(parts[-1]):
        parts.pop()
    if len(parts) == 3 and (_SUFFIX.fullmatch(parts[1]) or _SUFFIX.fullmatch(parts[2])):
        suffix, given = (parts[1], parts[2]) if _SUFFIX.fullmatch(parts[1]) else (parts[2], parts[1])
        return f"{given} {parts[0]} {suffix}"
    if len(parts) == 2 and not _SUFFIX.fullmatch(parts[1]) and not _FIRM.fullmatch(parts[1]):
        given, _, last = parts[1].rpartition(" ")  # MEDLINE: "King, Martin L Jr"
        return f"{given} {parts[0]} {last}" if given and _SUFFIX.fullmatch(last) else f"{parts[1]} {parts[0]}"
    found = _FAMILY_FIRST.fullmatch(name) if swap_bare else None
    if not found:
        return name
    given = found["given"]
    given = given if "." in given[:-1] or len(given) < 3 else given.rstrip(".")
    return f"{given} {found['family']}{found['suffix'] or ''}"


def _whole(value: object) -> str:
    """A name out of a string or an object: ``name``, ``literal``, or given and family under any of their names."""
    if isinstance(value, str):
        return " ".join(unmarked(value).split())
    if isinstance(value, list | tuple):  # arXiv: [family, given, suffix]
        texts = [" ".join(one.split()) for one in value[:3] if isinstance(one, str)]
        return ", ".join(filter(None, (texts[0], *texts[2:], *texts[1:2]))) if texts else ""
    if not isinstance(value, dict):
        return ""
    lower = {re.sub(r"[\W_]", "", str(key)).lower(): one for key, one in value.items()}
    for key in ("author", "person", "user"):
        if isinstance(lower.get(key), dict) and not lower.get("name"):
            return _whole(lower[key])

    def get(*keys: str) -> str:
        texts = (lower.get(key) for key in keys)
        return next((" ".join(unmarked(text).split()) for text in texts if isinstance(text, str) and text.strip()), "")

    family, given = (
        get("family", "last", "lastname", "familyname", "surname"),
        get("given", "first", "firstname", "givenname", "forename", "initials"),
    )
    if family:
        family = " ".join(filter(None, (get("nondroppingparticle", "droppingparticle", "prefix"), family)))
        between = lower.get("middle")
        middle = " ".join(map(str, between)) if isinstance(between, list) else get("middle", "middlename")
        return " ".join(filter(None, (given, middle, family, get("suffix"))))
    return get("literal", "displayname", "fullname", "name", "collectivename", "authorname") or given
