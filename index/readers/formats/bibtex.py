"""BibTeX and BibLaTeX, read in one pass, so that a broken entry does not take the next with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.readers.entries.clean import flowed
from index.readers.entries.collector import Collector
from index.readers.entries.fields import Fields, add
from index.readers.entries.latex import untexed

_START = re.compile(r"(?:^|(?<=\}))[^\S\n]*@(\w+)\s*[{(]", re.MULTILINE)
_ENTRY = re.compile(r"^[^\S\n]*@\w+\s*[{(]\s*[^\s,{}()=]+\s*,", re.MULTILINE)
_KEY = re.compile(r"([^,={}\"#%]*),")
_NAME = re.compile(r"[\s,]*([A-Za-z][\w:.+/ -]{0,60}?)\s*=\s*")
_WORD = re.compile(r"[^\s,#{}\"=]+")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTE = re.compile(r"\\.|[{}\"]", re.DOTALL)
_NO_PAPERS = ("comment", "preamble")
_LONGEST, _LONGEST_STRING = 250_000, 2_000  # strings that double each other fill no memory
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_JOIN, _AFTER = re.compile(r"\s*#\s*"), re.compile(r"\s*([,})]|$)")
_NOT_TEX = ("doi", "url", "eprint", "file", "issn", "isbn", "year", "date", "pages", "pmid", "arxivid")


# what a volume says of itself and not of what it holds
_VOLUMES_OWN = ("title", "subtitle", "shorttitle", "author", "abstract", "keywords", "doi", "url", "pages", "note",
                "crossref", "annote", "file", "eprint", "pmid")  # fmt: skip
_PART_OF_NAME = re.compile(r"\s*(family|given|prefix|suffix)(?:-i)?\s*=\s*(.*)", re.DOTALL)


class _Broken(ValueError):
    """The entry cannot be read on."""


def is_bibtex(head: str) -> bool:
    """Whether an entry with a key begins a line."""
    return bool(_ENTRY.search(head))


def read_bibtex(text: str, into: Collector) -> None:
    """Read a record from each entry; strings that the file defines hold for the entries below them."""
    starts = list(_START.finditer(text))
    if not starts:
        into.fault(None, "no BibTeX entry in this file")
        return
    strings = {month: month for month in _MONTHS}
    line, seen = 1, 0
    found: list[tuple[int, str, str, dict[str, str]] | int] = []
    for number, start in enumerate(starts):
        line, seen = line + text.count("\n", seen, start.start()), start.start()
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        kind = start.group(1).lower()
        if kind in _NO_PAPERS:
            continue
        body = text[start.end() : end]
        try:
            if kind == "string":
                strings |= {name: value[:_LONGEST_STRING] for name, value in _fields(body, 0, strings)}
            else:
                found.append((line, kind, *_entry(body, strings)))
        except _Broken:
            found.append(line)
    named = {one[2]: one[3] for one in found if isinstance(one, tuple)}
    for one in found:
        if isinstance(one, int):
            into.reject(one, "broken BibTeX entry: a brace or quotation mark is not closed, or a comma is missing")
        else:
            _add(one[0], one[1], one[2], one[3] | _inherited(one[3], named), into)


def _entry(body: str, strings: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The key of an entry and its fields."""
    key = _KEY.match(body)
    fields = dict(_fields(body, key.end(), strings)) if key else {}
    if key is None or not fields:
        raise _Broken
    return key[1].strip(), fields


def _inherited(fields: dict[str, str], named: dict[str, dict[str, str]]) -> dict[str, str]:
    """What an entry lacks and the volume that it refers to says; the volume's title is where it was published."""
    volume = named.get(fields.get("crossref", "").strip(), {})
    own = {name: value for name, value in volume.items() if name not in (*_VOLUMES_OWN, *fields)}
    title = volume.get("booktitle") or volume.get("title")
    return own | ({"booktitle": title} if title and "booktitle" not in fields else {})


def _add(line: int, kind: str, key: str, fields: dict[str, str], into: Collector) -> None:
    record: dict[str, object] = {name: _plain(name, value) for name, value in fields.items()}
    if authors := fields.get("author") or fields.get("authors"):
        record["author"] = [_author(name) for name in _parted(authors)]
    record |= {"id": key, "entrytype": fields.get("entrytype") or kind}
    preprint = fields.get("archiveprefix", fields.get("eprinttype", "")).lower()
    if preprint not in ("", "arxiv"):
        record.pop("eprint", None)
        if preprint == "pubmed":
            record.setdefault("pmid", fields.get("eprint", ""))
    add(Fields.named(record), line, into)


def _fields(body: str, place: int, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each field's name and value, up to the brace that closes the entry."""
    while found := _NAME.match(body, place):
        parts, place = [], found.end()
        while True:
            part, place = _value(body, place, strings)
            parts.append(part)
            rest = _JOIN.match(body, place)
            if rest is None:
                break
            place = rest.end()
        value = "".join(parts)
        if len(value) > _LONGEST:
            raise _Broken
        yield re.sub(r"\s+", " ", found[1].lower()), value
        after = _AFTER.match(body, place)
        if after is None or not after[1]:
            raise _Broken
        place = after.start(1)
        if after[1] != ",":
            return
    behind = body[place : place + 10_000].strip(" \t\n,")
    if not behind.startswith(("}", ")")):
        raise _Broken


def _value(body: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    """A braced or quoted text, a number, or a string by its name; and where it ends."""
    opening = body[place : place + 1]
    if opening not in ("{", '"'):
        found = _WORD.match(body, place)
        if found is None:
            raise _Broken
        return strings.get(found.group().lower(), found.group()), found.end()
    depth, scan = 0, _BRACE if opening == "{" else _QUOTE
    for found in scan.finditer(body, place + 1):
        sign = found.group()
        if sign == "{":
            depth += 1
        elif depth == 0 and sign == ("}" if opening == "{" else '"'):
            return body[place + 1 : found.start()], found.end()
        elif sign == "}":
            depth -= 1
            if depth < 0:
                raise _Broken
    raise _Broken


def _plain(name: str, value: str) -> str:
    if name in _NOT_TEX:
        return value.replace("{", "").replace("}", "").replace(r"\_", "_").replace(r"\%", "%").strip()
    return flowed(untexed(value))


def _parted(text: str) -> list[str]:
    """The names of a field of authors: ``and`` parts them outside of braces."""
    depth, parts, place = 0, [], 0
    for found in re.finditer(r"[{}]|(?<!\s)\s+and\s+", text, re.IGNORECASE):
        sign = found.group()
        if sign in "{}":
            depth += 1 if sign == "{" else -1
        elif depth == 0:
            parts.append(text[place : found.start()])
            place = found.end()
    return [name for part in [*parts, text[place:]] for name in _semicolons(part.strip()) if name]


def _semicolons(name: str) -> list[str]:
    """Some programs part societies by ``;`` among names that ``and`` parts."""
    return [name] if name.startswith("{") else [part.strip() for part in name.split(";")]


def _author(name: str) -> object:
    """A name in braces is a group's, whatever commas it holds; BibLaTeX may name its parts."""
    parts = [_PART_OF_NAME.fullmatch(part.strip(' "')) for part in " ".join(name.split()).split(",")]
    named = {part[1]: flowed(untexed(part[2].strip('"'))) for part in parts if part}
    if "family" in named:
        return named
    whole = re.fullmatch(r"\{([^{}]*)\}", name)
    return {"literal": flowed(untexed(whole[1]))} if whole else flowed(untexed(name))
