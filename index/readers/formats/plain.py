"""A plain .txt or .md file: one paper, with the file's name as its title."""

from __future__ import annotations

from pathlib import PurePath

from index.readers.entries.collector import Collector


def read_plain(text: str, into: Collector) -> None:
    """Take the whole text as the abstract of one paper."""
    into.add(1, PurePath(into.file).stem, text)
