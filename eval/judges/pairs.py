"""Labelled pairs of a claim and a passage: what a verifier is fitted and measured on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from index.errors import InputError

FORMAT = "citewell-verifier-pairs"
SUPPORTED_KIND = "paraphrase"


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Whether a passage supports a claim, as people judged it. group: what it is reported under."""

    pair_id: str
    source: str
    split: str
    group: str
    title: str
    claim: str
    passage: str
    supported: bool


def load_pairs(path: Path | None = None, *, split: str | None = None) -> tuple[LabelledPair, ...]:
    """The pairs of a JSON Lines file (None: the bundled set), or one split of them.

    Two shapes are read: citewell's own (kind, title, span), and that of public sets (source, passage).
    """
    name = str(path) if path else "verifier_pairs.jsonl"
    try:
        text = (path or Path(str(resources.files("eval.gold") / name))).read_text(encoding="utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the labelled pairs {name}: {error}") from error
    pairs = [_pair(line, number, name) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = tuple(pair for pair in pairs if pair is not None and split in (None, pair.split))
    if not found:
        raise InputError(f"{name} holds no labelled pairs" + (f" of split {split!r}" if split else ""))
    return found


def _pair(line: str, number: int, name: str) -> LabelledPair | None:
    try:
        row: dict[str, Any] = json.loads(line)
        if number == 1 and "format" in row:
            if row["format"] != FORMAT or row.get("version") != 1:
                raise InputError(f"{name}: expected {FORMAT} version 1, not {row['format']} {row.get('version')}")
            return None
        if not isinstance(row["supported"], bool):
            raise InputError(f"{name}, line {number}: supported must be true or false")
        group = str(row["kind"] if "kind" in row else row["source"])
        own = "kind" in row
        return LabelledPair(
            str(row["pair_id"] if own else row["id"]),
            "own" if own else str(row["source"]),
            str(row.get("split", "dev")),
            group,
            str(row.get("title", "")),
            str(row["claim"]),
            str(row["span"] if own else row["passage"]),
            row["supported"],
        )
    except json.JSONDecodeError as error:
        raise InputError(f"{name}, line {number}: not JSON ({error.msg})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{name}, line {number}: field missing or wrong: {error}") from error
