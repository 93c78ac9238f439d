"""The markers in a model's sentence: passages and sentences that it cites, and markers that name nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rag.text.sanitise import plain

Cite = tuple[int, int | None]  # a passage, and the number of one of its sentences where the model names it
_ONE = r"\d{1,4}(?:\.\d{1,3})?"
_NUMBERS = rf"{_ONE}(?:\s*(?:[,;&–-]|and)\s*#?{_ONE})*"
_MARKER = re.compile(
    rf"[\[【]\s*(?:(?:passages?|sources?|papers?|documents?|sentences?|refs?\.?|citations?)\s*)?[#^]?({_NUMBERS})\s*(?:†[^\]】\n]{{0,40}})?[\]】]",
    re.IGNORECASE,
)
_INTERVAL = re.compile(r"\[0(?:\.\d+)?\s*,\s*\d+(?:\.\d+)?\]")  # scores in [0, 1]
_AT_THE_END = r"(?=\s*[.!?]*\s*$)"
_ROUND = re.compile(rf"\((\d{{1,2}}(?:\s*[,;]\s*\d{{1,2}})*)\){_AT_THE_END}")
_RAISED = re.compile(rf"(?:(?<=[a-z]{{3}})|(?<=[.!?)\]]))([⁰¹²³⁴-⁹]{{1,2}}){_AT_THE_END}")
_INVENTED = re.compile(
    r"\[[^\[\]]{1,60}(?:19|20)\d\d[a-z]?[^\[\]]{0,20}\]|\[(?:citation needed|\?+|n|x)\]", re.IGNORECASE
)
_PASSAGE = re.compile(r"</?\s*passage\s+(\d{1,4})\s*>|^\W*(?:the )?passage (\d{1,4})\s*:", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\.(\d+))?\s*[–-]\s*(\d+)(?:\.(\d+))?")
_SINGLE = re.compile(r"(\d+)(?:\.(\d+))?")
LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its markers; cites are the passages and sentences it names, unknown what names none."""

    text: str
    cites: tuple[Cite, ...]
    unknown: tuple[str, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The passages that it names."""
        return tuple(dict.fromkeys(number for number, _ in self.cites))


def parse(sentence: str, passages: int, known: str = "") -> Marked:
    """Take the markers out of a sentence; only 1 to ``passages`` are known. known: text whose addresses may stay."""
    cites: dict[Cite, None] = {}
    unknown: dict[str, None] = {}

    def take(found: re.Match[str]) -> str:
        if _INTERVAL.fullmatch(found.group()):
            return found.group()
        for number, part in _expand(found[1]):
            if 1 <= number <= passages:
                cites[number, part] = None
            else:
                unknown[f"[{number}]" if part is None else f"[{number}.{part}]"] = None
        return " "

    def report(found: re.Match[str]) -> str:
        unknown[found.group()] = None
        return " "

    def perhaps(found: re.Match[str]) -> str:
        named = [int(digits) for digits in re.findall(r"\d+", unicodedata.normalize("NFKC", found[1]))]
        if not all(1 <= number <= passages for number in named):
            return found.group()
        cites.update(dict.fromkeys((number, None) for number in named))
        return " "

    text = _INVENTED.sub(report, _MARKER.sub(take, plain(_PASSAGE.sub(r"[\1\2] ", sentence), known)))
    text = _RAISED.sub(perhaps, _ROUND.sub(perhaps, text))
    text = re.sub(r"\s+([.,;:!?。，])", r"\1", " ".join(text.split()))
    text = re.sub(r"[,;]+(?=[.!?]$)", "", text)
    return Marked(text.strip(" ,;"), tuple(cites), tuple(unknown))


def _expand(listed: str) -> list[Cite]:
    cites: list[Cite] = []
    for part in re.split(r"[,;&]|and", listed):
        found = _RANGE.search(part)
        if found is None:
            cites += [(int(one[1]), int(one[2]) if one[2] else None) for one in _SINGLE.finditer(part)]
        elif found[2] and found[4] and found[1] == found[3] and 0 <= int(found[4]) - int(found[2]) < LONGEST_RANGE:
            cites += [(int(found[1]), number) for number in range(int(found[2]), int(found[4]) + 1)]
        elif not found[2] and not found[4] and 0 <= int(found[3]) - int(found[1]) < LONGEST_RANGE:
            cites += [(number, None) for number in range(int(found[1]), int(found[3]) + 1)]
        else:
            cites += [(int(one[1]), int(one[2]) if one[2] else None) for one in _SINGLE.finditer(part)]
    return cites
