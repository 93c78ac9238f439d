"""Gold sets: JSON Lines, validated line by line. The format is described in docs/gold.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from eval.schema import GoldSet, QAExample
from index.errors import InputError, UnknownName
from index.schema import Paper
from rag.schema import ABSTENTIONS, Outcome

FORMAT, VERSION = "citewell-gold", 1
KINDS: tuple[str, ...] = ("comparison", "definition", "fact", "figure", "followup", "keywords", "list", "metadata")
KINDS += ("method", "other", "paraphrase", "retrieval", "several", "typo", "unanswerable")
LISTS = ("reference_answers", "key_facts", "relevant_titles", "about_titles", "history")
GIVEN = {field.name for field in fields(QAExample)} - {"relevant_ids", "line"}


def bundled() -> Path:
    """The gold set that ships: 294 questions over the demo corpus."""
    return Path(str(resources.files("eval.gold").joinpath("alignment.jsonl")))


def load_gold(path: str | Path | None = None, *, split: str | None = None) -> GoldSet:
    """Read and validate a gold set, the bundled one by default; ``split`` keeps "dev" or "test" alone."""
    file = Path(path) if path is not None else bundled()
    try:
        data = file.read_bytes()
        lines = data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"cannot read the gold set {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text at byte {error.start}; save it as UTF-8") from error
    header = _header(file, lines)
    examples: dict[str, QAExample] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            example = _example(line, number, f"{file}, line {number}")
            if example.query_id in examples:
                first = examples[example.query_id].line
                raise InputError(f"{file}, line {number}: query_id {example.query_id!r} is that of line {first} too")
            examples[example.query_id] = example
    _check_variants(file, examples)
    kept = tuple(e for e in examples.values() if split is None or e.split == split)
    if not kept:
        splits = ", ".join(sorted({e.split for e in examples.values()})) or "none"
        raise InputError(f"{file} holds no questions" + (f" of split {split!r}; it has: {splits}" if split else ""))
    return GoldSet(header["name"], VERSION, hashlib.sha256(data).hexdigest(), kept, str(file))


def resolve(gold: GoldSet, papers: Iterable[Paper]) -> GoldSet:
    """The gold set with titles resolved to the ids of these papers; an unknown title is an InputError."""
    by_title: dict[str, list[str]] = {}
    for paper in papers:
        by_title.setdefault(title_key(paper.title), []).append(paper.paper_id)
    examples = []
    for example in gold.examples:
        for title in (*example.relevant_titles, *example.about_titles):
            if title_key(title) not in by_title:
                raise InputError(
                    f"{gold.source}, line {example.line}: no paper of this index has the title {title!r}; "
                    "score an index of the papers that the gold set asks about"
                )
        ids = (paper_id for title in example.relevant_titles for paper_id in by_title[title_key(title)])
        examples.append(replace(example, relevant_ids=tuple(dict.fromkeys(ids))))
    return replace(gold, examples=tuple(examples))


def sample(gold: GoldSet, count: int) -> GoldSet:
    """So many questions, spread over the kinds (and the near and far ones) as they are in the set; always the same."""
    sizes = Counter((e.kind, e.scope) for e in gold.examples)
    seen: Counter[tuple[str, str | None]] = Counter()
    places = []
    for at, example in enumerate(gold.examples):
        stratum = (example.kind, example.scope)
        places.append(((seen[stratum] + 0.5) / sizes[stratum], at))
        seen[stratum] += 1
    kept = sorted(at for _, at in sorted(places)[:count])
    return replace(gold, examples=tuple(gold.examples[at] for at in kept))


def title_key(title: str) -> str:
    """A title as titles are compared: case and spacing do not count."""
    return " ".join(title.casefold().split())


def to_line(example: QAExample) -> str:
    """The question as one line of a gold set, without empty fields."""
    given: dict[str, Any] = {}
    for name in [f.name for f in fields(QAExample) if f.name in GIVEN]:
        value = getattr(example, name)
        if value not in ((), None) or name in ("query_id", "question", "answerable"):
            given[name] = list(value) if isinstance(value, tuple) else value
    return json.dumps(given, ensure_ascii=False)


def header_line(name: str, **more: str) -> str:
    """The first line of a gold set."""
    return json.dumps({"format": FORMAT, "version": VERSION, "name": name, **more}, ensure_ascii=False)


def _header(file: Path, lines: Sequence[str]) -> dict[str, Any]:
    if not lines[0].strip():
        raise InputError(f"{file} does not start with a gold set header (docs/gold.md)")
    try:
        header = json.loads(lines[0])
    except json.JSONDecodeError as error:
        raise InputError(f"{file}, line 1: not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise InputError(f'{file}, line 1: no gold set header; expected {{"format": "{FORMAT}", "version": …}}')
    if header.get("version") != VERSION:
        raise InputError(
            f"{file}, line 1: gold format version {header.get('version')!r}; this citewell reads version {VERSION}"
        )
    if not isinstance(header.get("name"), str) or not header["name"]:
        raise InputError(f"{file}, line 1: the header gives no name")
    return header


def _example(line: str, number: int, where: str) -> QAExample:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}: not a whole JSON object ({error.msg} at column {error.colno})") from error
    if not isinstance(row, dict):
        raise InputError(f"{where}: expected a JSON object, found {type(row).__name__}")
    unknown = sorted(set(row) - GIVEN)
    if unknown:
        raise InputError(f"{where}: unknown field {unknown[0]!r}; valid: {', '.join(sorted(GIVEN))}")
    for name, kind in (("query_id", str), ("question", str), ("answerable", bool)):
        if not isinstance(row.get(name), kind) or row[name] == "" or (kind is str and not row[name].strip()):
            raise InputError(f"{where}: {name} is missing or no {'text' if kind is str else 'true or false'}")
    for name in LISTS:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise InputError(f"{where}: {name} must be a list of texts")
        row[name] = tuple(value)
    for name in ("kind", "split", "outcome", "variant_of", "scope"):
        if not isinstance(row.get(name), str | None):
            raise InputError(f"{where}: {name} must be a text")
    example = QAExample(**{k: v for k, v in row.items() if v is not None or k == "scope"}, line=number)
    _check_fields(example, where)
    _check_facts(example, where)
    return example


def _check_fields(example: QAExample, where: str) -> None:
    for name, value, valid in (
        ("kind", example.kind, KINDS),
        ("outcome", example.outcome, get_args(Outcome)),
        ("scope", example.scope or "near", ("near", "far")),
    ):
        if value not in valid:
            raise InputError(f"{where}: {UnknownName(name, value, list(valid))}")
    if example.answerable:
        if not example.relevant_titles:
            raise InputError(f"{where}: an answerable question needs relevant_titles")
        if example.scope is not None or example.outcome in ABSTENTIONS:
            raise InputError(f"{where}: an answerable question has no scope, and its outcome is no abstention")
        return
    if example.relevant_titles or example.key_facts or example.reference_answers:
        raise InputError(f"{where}: an unanswerable question has no relevant_titles, key_facts or reference_answers")
    if example.scope is None or example.outcome not in ABSTENTIONS:
        raise InputError(f"{where}: an unanswerable question needs a scope (near, far) and one of {list(ABSTENTIONS)}")


def _check_facts(example: QAExample, where: str) -> None:
    for fact in example.key_facts:
        try:
            pattern = re.compile(fact, re.IGNORECASE)
        except re.error as error:
            raise InputError(f"{where}: key fact {fact!r} is no regular expression: {error}") from error
        if not any(pattern.search(reference) for reference in example.reference_answers):
            raise InputError(f"{where}: no reference answer of {example.query_id!r} matches its key fact {fact!r}")


def _check_variants(file: Path, examples: dict[str, QAExample]) -> None:
    for example in examples.values():
        if example.variant_of is not None and example.variant_of not in examples:
            raise InputError(
                f"{file}, line {example.line}: variant_of names {example.variant_of!r}, which is not in the set"
            )
