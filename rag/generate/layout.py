"""A model's text as it streams: sentences, items, rows of tables, each with the layout that stands before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.cut import split_sentences

_BEHIND = r"([.!?])[^\S\n]*((?:[\[【][^\[\]【】\n]{0,24}[\]】][^\S\n]*)+)"
_BEHIND_STOP = re.compile(rf"{_BEHIND}(?=\n|[^\s\[【.!?,;:])")
_AT_END = re.compile(rf"{_BEHIND}(?=\n|[^\s\[【.!?,;:]|\s*$)")
_ROW = re.compile(r"\s*\|.*\|\s*")
_MARK = re.compile(r"[^\S\n]*(?:#{1,6}\s+|>\s+|[-*•]\s+|\d{1,2}[.)]\s+)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence as the model wrote it, and what stands before it: white space, a bullet, a heading's sign."""

    lead: str
    text: str

    @property
    def row(self) -> tuple[str, ...]:
        """The cells, where it is a row of a table."""
        return tuple(cell.strip() for cell in self.text.strip().strip("|").split("|")) if _is_row(self.text) else ()


class SentenceReader:
    """Feed it what streams; it gives whole pieces, with their markers still in them. ``rest`` is the one begun."""

    def __init__(self) -> None:
        self._text = ""
        self._json: bool | None = None

    @property
    def rest(self) -> str:
        """The sentence that is not finished yet; in JSON there is nothing readable before it is."""
        return "" if self._json else self._text.strip()

    def feed(self, piece: str) -> Iterator[Piece]:
        """The pieces that this completes."""
        self._text += piece
        start = self._text.lstrip().removeprefix("```json").removeprefix("```").lstrip()
        if self._json is None and start:
            self._json = start.startswith("{")
        yield from self._objects() if self._json else self._sentences(final=False)

    def end(self) -> Iterator[Piece]:
        """What is left when the text has ended."""
        yield from self._objects() if self._json else self._sentences(final=True)

    def _sentences(self, *, final: bool) -> Iterator[Piece]:
        """All but the last sentence, which may go on; and not the one before when only markers follow it so far."""
        self._text = (_AT_END if final else _BEHIND_STOP).sub(r" \2\1 ", self._text)
        spans = _spans(self._text)
        open_marker = bool(spans) and self._text[spans[-1][0]] in "[【"
        done = spans if final else spans[: -2 if open_marker else -1]
        before = 0
        for start, end in done:
            yield Piece(self._text[before:start], self._text[start:end])
            before = end
        self._text = "" if final else self._text[before:]

    def _objects(self) -> Iterator[Piece]:
        """The objects {"text": …, "citations": […]} that are complete."""
        decoder = json.JSONDecoder()
        while (at := re.search(r'\{\s*"(?:text|citations|passages)"', self._text)) is not None:
            try:
                found, end = decoder.raw_decode(self._text, at.start())
            except json.JSONDecodeError:
                return
            self._text = self._text[end:]
            yield from _from_json(found)


def _from_json(found: dict[str, object]) -> Iterator[Piece]:
    text, cited = found.get("text"), found.get("citations", found.get("passages"))
    markers = "".join(f"[{one}]" for one in (cited if isinstance(cited, list) else []) if isinstance(one, int | str))
    if isinstance(text, str):
        before = 0
        for start, end in _spans(text):
            yield Piece(text[before:start] or " ", f"{text[start:end]} {markers}".strip())
            before = end


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand, without bullets and signs of headings; a row of a table is one."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        if _is_row(line):
            found.append((start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
        else:
            mark = _MARK.match(line)
            inside = mark.end() if mark else 0
            found += [(start + inside + a, start + inside + b) for a, b in split_sentences(line[inside:])]
        start += len(line) + 1
    return found


def _is_row(line: str) -> bool:
    return _ROW.fullmatch(line) is not None
