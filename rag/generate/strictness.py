"""How strictly a model is held: a small one is believed only where it is supported, a strong one may say more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.errors import UnknownName
from rag.llms.base import LLM

TINY = 3e9  # parameters; a model of fewer writes much that is in no paper
_SIZE = re.compile(r"(?<![A-Za-z\d])(\d+(?:\.\d+)?)\s?([mb])(?![A-Za-z])", re.IGNORECASE)
_SCALE = {"m": 1e6, "b": 1e9}


@dataclass(frozen=True, slots=True)
class Strictness:
    """A way of holding a model.

    shows_unchecked: whether sentences that are not checked stand in the answer's text. recites: whether a supported
    sentence may be cited to another paper than the model named. asks: what the prompt says of length. judges: whether
    the model itself may be asked what supports its open sentences. surveys: whether it writes of several
    papers from what a survey or comparison found, in place of that. tokens: the room for an answer.
    """

    name: str
    shows_unchecked: bool
    recites: bool
    asks: str
    judges: bool
    surveys: bool
    tokens: int
    sentences: int


STRICT = Strictness("strict", False, True, "Answer in two or three short sentences.", False, False, 320, 8)
NORMAL = Strictness(
    "normal",
    True,
    False,
    "Let length and form follow the question: one sentence where it asks for one, a list or a small table where that "
    "is clearer, six sentences at most for a comparison.",
    True,
    True,
    1024,
    40,
)
NAMES = ("auto", "strict", "normal")


def strictness_of(name: str, llm: LLM | None) -> Strictness:
    """The strictness of that name; "auto" is "strict" for a model whose name tells that it is tiny."""
    if name == "auto":
        return STRICT if llm is not None and tiny(llm.name) else NORMAL
    for known in (STRICT, NORMAL):
        if known.name == name:
            return known
    raise UnknownName("strictness", name, NAMES)


def tiny(name: str) -> bool:
    """Whether the name of a model tells of fewer parameters than TINY: "SmolLM2-135M", "qwen2.5:1.5b"."""
    sizes = [float(found[1]) * _SCALE[found[2].lower()] for found in _SIZE.finditer(name)]
    return bool(sizes) and max(sizes) < TINY
