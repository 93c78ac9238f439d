"""Notes as text: a Markdown file with its heading or front matter, or prose; one paper a file."""

from __future__ import annotations

import re
from pathlib import PurePath

import yaml

from index.readers.entries.collector import Collector
from index.readers.entries.field_names import NAMES
from index.readers.entries.fields import Fields, add

_FRONT = re.compile(r"\s*---[^\S\n]*\n(?P<fields>.{0,20000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)(?P<body>.*)", re.DOTALL)
_SECTION = re.compile(
    r"^(?:#{1,6}[^\S\n]+|\*\*)(?:abstract|summary)\b\W*$\n(?P<text>.*?)(?=^#{1,6}[^\S\n]|^\*\*[^*\n]{1,60}\*\*\W*$|^---|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_CALLOUT = re.compile(
    r"^>[^\S\n]*\[!(?:abstract|summary)\][^\n]*\n(?P<text>(?:>[^\n]*(?:\n|\Z))+)", re.IGNORECASE | re.MULTILINE
)
_LABELS = frozenset(
    name for field in ("title", "authors", "year", "venue", "doi", "abstract", "pmid") for name in NAMES[field]
)
_LABEL = re.compile(r"\W{0,2}([A-Za-z][A-Za-z ./-]{1,30}?)\s*(?:$|(?:[:=]|\t| - )\s*\S)")
_FIELD_LIKE = re.compile(
    r"[^\S\n]{0,3}(?:[A-Z][A-Z0-9]{1,3}[^\S\n]{0,2}[-:|]?[^\S\n]|%\w\s|@\w+\s*[{(]|<[?!/\w]|[{}\[\]\"]|\\[a-z]+\b|<?\d+>?\.?$)"
)
_NUMBERS = re.compile(r"^[^\S\n]*(?:PMID|DOI|UT|Accession N\w*)\s*:\s*\S", re.MULTILINE | re.IGNORECASE)
_SENTENCE = re.compile(r"\w[\"”’')\]]{0,3}[.!?…。！？][\"”’')\]]{0,3}(?:\s|$)")


def has_front_matter(head: str) -> bool:
    """Whether a text begins with fields between two lines of three dashes."""
    found = _FRONT.match(head)
    return bool(found and re.search(r"^\w[\w -]*:", found["fields"], re.MULTILINE))


def is_prose(head: str) -> bool:
    """Whether a text is sentences that people wrote, and no records, columns, code or labelled fields."""
    lines = [line for line in head.split("\n") if line.strip()][:400]
    if not lines or not _SENTENCE.search(head):
        return False
    tabs = sum(line.count("\t") >= 2 for line in lines)
    fieldlike = sum(bool(_FIELD_LIKE.match(line)) for line in lines)
    labels = [re.sub(r"[\W_]", "", found[1]).lower() for line in lines if (found := _LABEL.match(line))]
    known = [label for label in labels if label in _LABELS]
    if tabs * 3 > len(lines) or (len(lines) > 2 and fieldlike * 3 > len(lines)) or len(set(known)) >= 3:
        return False
    if len(known) > len(set(known)) or len(_NUMBERS.findall(head)) >= 2:
        return False
    letters = sum(character.isalpha() or character.isspace() for character in head)
    return letters >= 0.75 * len(head)


def read_plain(text: str, into: Collector) -> None:
    """Take the whole text as the abstract of one paper, with the file's name as title."""
    into.add(1, PurePath(into.file).stem, text)


def read_markdown(text: str, into: Collector) -> None:
    """Take a note as one paper: the fields of its front matter, and the text below it as the abstract."""
    found = _FRONT.match(text)
    fields = _fields(found["fields"]) if found else {}
    body = (found["body"] if found else text).strip()
    heading = re.match(r"#\s+(\S[^\n]*)\n", body)
    titled = any(re.sub(r"[\W_]", "", key).lower() in NAMES["title"] for key in fields)
    if heading and not titled:
        fields["title"], body = heading[1].strip(" #"), body[heading.end() :].strip()
    elif not titled:
        fields["title"] = PurePath(into.file).stem
    candidates = Fields.named({key: _unlinked(value) for key, value in fields.items()})
    if next(candidates.values("abstract"), None) is None:
        fields["abstract"] = _own_abstract(body)
        candidates = Fields.named({key: _unlinked(value) for key, value in fields.items()})
    add(candidates, 1, into)


def _own_abstract(body: str) -> str:
    """The part of a note that is headed as the abstract, or Obsidian's call-out of that name; else the whole note."""
    if found := _CALLOUT.search(body):
        return re.sub(r"^[^\S\n]*>[^\S\n]?", "", found["text"], flags=re.MULTILINE).strip()
    if found := _SECTION.search(body):
        return found["text"].strip()
    return body


def _unlinked(value: object) -> object:
    """A value without the brackets of links between notes: ``[[Name]]``, ``[[file|Name]]``."""
    if isinstance(value, str):
        return re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]", r"\1", value)
    if isinstance(value, list):
        # YAML reads a bare [[Name]] as a list in a list
        return [_unlinked(one[0] if isinstance(one, list) and len(one) == 1 else one) for one in value]
    return value


def _fields(text: str) -> dict[str, object]:
    """The front matter as texts, lists and mappings; what refers back to parts of itself, and so can grow, gives none.

    What is no YAML, as a colon within a title makes it, is read line by line.
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.BaseLoader)):
            return {}
        value = yaml.load(text, yaml.BaseLoader)  # a loader that makes texts of everything, and no objects
    except RecursionError:
        return {}
    except (yaml.YAMLError, ValueError):
        return _by_line(text)
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def _by_line(text: str) -> dict[str, object]:
    """``name: value`` a line; lines that begin with a dash are members of a list."""
    fields: dict[str, object] = {}
    name = ""
    for line in text.split("\n"):
        if found := re.match(r"(\w[\w -]{0,40}?):(?:\s+(\S.*))?$", line):
            name, value = found[1], (found[2] or "").strip().strip("\"'")
            fields[name] = value or []
        elif (found := re.match(r"\s*-\s+(\S.*)$", line)) and isinstance(held := fields.get(name), list):
            held.append(found[1].strip().strip("\"'"))
    return fields
