"""A model's text as sentences with markers: read while it streams, from plain text or from JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from index.cut import split_sentences
from rag.text.sanitise import plain

_NUMBERS = r"\d{1,4}(?:\s*(?:[,;&–-]|and)\s*#?\d{1,4})*"
_MARKER = re.compile(
    rf"[\[【]\s*(?:(?:passages?|sources?|papers?|documents?|refs?\.?|citations?)\s*)?[#^]?({_NUMBERS})\s*(?:†[^\]】\n]{{0,40}})?[\]】]",
    re.IGNORECASE,
)
_INTERVAL = re.compile(r"\[0\s*,\s*\d+\]")  # scores in [0, 1]
_AT_THE_END = r"(?=\s*[.!?]*\s*$)"
_ROUND = re.compile(rf"\((\d{{1,2}}(?:\s*[,;]\s*\d{{1,2}})*)\){_AT_THE_END}")
_RAISED = re.compile(rf"(?:(?<=[a-z]{{3}})|(?<=[.!?)\]]))([⁰¹²³⁴-⁹]{{1,2}}){_AT_THE_END}")
_INVENTED = re.compile(
    r"\[[^\[\]]{1,60}(?:19|20)\d\d[a-z]?[^\[\]]{0,20}\]|\[(?:citation needed|\?+|n|x)\]", re.IGNORECASE
)
_BEHIND = r"([.!?])\s*((?:[\[【][^\[\]【】\n]{0,24}[\]】][^\S\n]*)+)"
_BEHIND_STOP = re.compile(rf"{_BEHIND}(?=\n|[^\s\[【.!?,;:])")
_AT_END = re.compile(rf"{_BEHIND}(?=\n|[^\s\[【.!?,;:]|\s*$)")
_PASSAGE = re.compile(r"</?\s*passage\s+(\d{1,4})\s*>|^\W*(?:the )?passage (\d{1,4})\s*:", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its markers; numbers are the passages it names, unknown the markers that name none."""

    text: str
    numbers: tuple[int, ...]
    unknown: tuple[str, ...]


def parse(sentence: str, passages: int, known: str = "") -> Marked:
    """Take the markers out of a sentence; only 1 to ``passages`` are known. known: text whose addresses may stay."""
    numbers: dict[int, None] = {}
    unknown: dict[str, None] = {}

    def take(found: re.Match[str]) -> str:
        if _INTERVAL.fullmatch(found.group()):
            return found.group()
        for number in _expand(found[1]):
            if 1 <= number <= passages:
                numbers[number] = None
            else:
                unknown[f"[{number}]"] = None
        return " "

    def report(found: re.Match[str]) -> str:
        unknown[found.group()] = None
        return " "

    def perhaps(found: re.Match[str]) -> str:
        named = [int(digits) for digits in re.findall(r"\d+", unicodedata.normalize("NFKC", found[1]))]
        if not all(1 <= number <= passages for number in named):
            return found.group()
        numbers.update(dict.fromkeys(named))
        return " "

    text = _INVENTED.sub(report, _MARKER.sub(take, plain(_PASSAGE.sub(r"[\1\2] ", sentence), known)))
    text = _RAISED.sub(perhaps, _ROUND.sub(perhaps, text))
    text = re.sub(r"\s+([.,;:!?。，])", r"\1", " ".join(text.split()))
    return Marked(text.strip(" ,;"), tuple(numbers), tuple(unknown))


def _expand(listed: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;&]|and", listed):
        found = _RANGE.search(part)
        if found and 0 <= int(found[2]) - int(found[1]) < LONGEST_RANGE:
            numbers += range(int(found[1]), int(found[2]) + 1)
        else:
            numbers += [int(digits) for digits in re.findall(r"\d+", part)]
    return numbers


class SentenceReader:
    """Feed it pieces; it gives whole sentences, with their markers still in them. ``rest`` is the one begun."""

    def __init__(self) -> None:
        self._text = ""
        self._json: bool | None = None

    @property
    def rest(self) -> str:
        """The sentence that is not finished yet; in JSON there is nothing readable before it is."""
        return "" if self._json else self._text.strip()

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that this piece completes."""
        self._text += piece
        start = self._text.lstrip().removeprefix("```json").removeprefix("```").lstrip()
        if self._json is None and start:
            self._json = start.startswith("{")
        yield from self._objects() if self._json else self._sentences(final=False)

    def end(self) -> Iterator[str]:
        """What is left when the text has ended."""
        yield from self._objects() if self._json else self._sentences(final=True)

    def _sentences(self, *, final: bool) -> Iterator[str]:
        """All but the last sentence, which may go on; and not the one before when only markers follow it so far."""
        self._text = (_AT_END if final else _BEHIND_STOP).sub(r" \2\1 ", self._text)
        spans = [
            (line_start + start, line_start + end)
            for line_start, line in _lines(self._text)
            for start, end in split_sentences(line)
        ]
        open_marker = bool(spans) and self._text[spans[-1][0]] in "[【"
        done = spans if final else spans[: -2 if open_marker else -1]
        for start, end in done:
            yield self._text[start:end]
        if done:
            self._text = self._text[done[-1][1] :] if not final else ""

    def _objects(self) -> Iterator[str]:
        """The objects {"text": …, "passages": […]} that are complete."""
        decoder = json.JSONDecoder()
        while (at := re.search(r'\{\s*"(?:text|passages)"', self._text)) is not None:
            try:
                found, end = decoder.raw_decode(self._text, at.start())
            except json.JSONDecodeError:
                return
            self._text = self._text[end:]
            yield from _from_json(found)


def _from_json(found: dict[str, object]) -> Iterator[str]:
    text, passages = found.get("text"), found.get("passages")
    numbers = passages if isinstance(passages, list) else []
    markers = "".join(f"[{number}]" for number in numbers if isinstance(number, int))
    if isinstance(text, str):
        for line_start, line in _lines(text):
            for start, end in split_sentences(line):
                yield f"{text[line_start + start : line_start + end]} {markers}".strip()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
