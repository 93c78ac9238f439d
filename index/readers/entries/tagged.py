"""Files of lines that begin with a tag, as RIS, MEDLINE, Web of Science and EndNote write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.readers.entries.clean import flowed
from index.readers.entries.fields import Fields

LONGEST = 1_000_000  # characters of a line: what is longer is refused all the same
LISTS = frozenset(("authors", "keywords", "links", "keys"))


@dataclass(slots=True)
class Block:
    """One record: the line where it begins, its tags with their lines of text, and whether its end was marked."""

    line: int
    tags: list[tuple[str, list[str]]] = field(default_factory=list)
    closed: bool = False

    def values(self, tag: str) -> list[str]:
        """What stands under a tag, each time that it occurs."""
        return [text for name, lines in self.tags if name == tag and (text := "\n".join(lines).strip())]


def blocks(text: str, tag: re.Pattern[str], first: str, end: str = "", *, gap: bool = False) -> Iterator[Block]:
    """The records of a tagged text. A line without a tag goes on with the tag before.

    tag: matches a line and gives the tag and the text behind it. first: a tag that each record has once, wherever in
    the record it stands. end: the tag that closes a record. gap: an empty line parts records, too.
    """
    block, empty, begun = Block(0), False, False
    for number, line in enumerate(text.split("\n"), start=1):
        found = tag.match(line)
        if found is None:
            if block.tags:
                block.tags[-1][1].append(line[:LONGEST].strip())
            empty = empty or not line.strip()
            continue
        name, value = found.group(1), line[found.start(2) :][:LONGEST]
        if end and name == end:
            block.closed = True
            if block.tags:
                yield block
            block, begun = Block(0), False
            continue
        if block.tags and ((name == first and begun) or (gap and empty)):
            yield block
            block, begun = Block(0), False
        block.line = block.line or number
        block.tags.append((name, [value.strip()]))
        empty, begun = False, begun or name == first
    if block.tags:
        yield block


def fields_of(block: Block, tags: Mapping[str, str], lines: frozenset[str] = LISTS - {"keywords"}) -> Fields:
    """The candidates of each field, by the tags that may hold it, best first. An abstract may come in several parts.

    lines: the fields in which each line is a value of its own.
    """
    texts: dict[str, list[str]] = {}
    for tag, parts in block.tags:
        texts.setdefault(tag, []).append("\n".join(parts).strip())
    candidates: dict[str, list[object]] = {}
    for name, held in tags.items():
        for one in held.split():
            values = texts.get(one)
            if not values:
                continue
            if name in lines:
                values = [part for value in values for part in value.split("\n") if part]
            else:
                values = [flowed(value) for value in values]
            if name == "abstract":
                values = ["\n\n".join(values)]
            candidates.setdefault(name, []).extend([values] if name in LISTS else values)
    return Fields(candidates)
