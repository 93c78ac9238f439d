"""The fitted files that rag ships: how they are written, and what they say of the data they were fitted on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any


def place(file: str) -> Path:
    """Where a fitted file stands in this checkout."""
    return Path(str(resources.files("rag.fitted").joinpath(file)))


def as_text(content: Mapping[str, Any]) -> str:
    """The content as the file holds it."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def sha256s(*gold: str) -> dict[str, str]:
    """The hashes of files of eval.gold, and of the papers that are asked."""
    files = [resources.files("eval.gold").joinpath(name) for name in gold]
    files.append(resources.files("index.corpus").joinpath("cards.jsonl"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
