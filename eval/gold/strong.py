"""Answers that a strong language model gave, to be played through the assistant: with labels, or without."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from index.cut import split_sentences
from index.errors import InputError

FORMAT = "citewell-strong-answers"
Label = Literal["true", "wrong", "neutral"]
_MARKER = re.compile(r"\[(\d+)(?:\.\d+)?\]")


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence of such an answer. label: None where nobody judged it; error: the kind of a planted error."""

    text: str
    label: Label | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StrongAnswer:
    """A question and its answer, whose marker [n] or [n.m] names the n-th of ``papers`` and a sentence of it."""

    question: str
    text: str
    kind: str
    papers: tuple[tuple[str, str], ...]
    key_facts: tuple[str, ...]
    sentences: tuple[LabelledSentence, ...]

    @property
    def true(self) -> bool:
        """Whether no sentence of it is wrong."""
        return all(sentence.label != "wrong" for sentence in self.sentences)


def load_answers(path: Path, *, markers: Literal["sentence", "passage"] = "sentence") -> tuple[StrongAnswer, ...]:
    """The answers of a JSON Lines file with labels, or of a JSON file {question: {"text", "papers"}} without.

    markers: "passage" cuts [n.m] down to [n].
    """
    try:
        text = path.read_text(encoding="utf8")
        rows = _rows(text)
        found = tuple(_answer(row, markers == "passage") for row in rows)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} holds no answers of a model: {type(error).__name__}: {error}") from error
    if not found:
        raise InputError(f"{path} holds no answers of a model")
    return found


def _rows(text: str) -> list[dict[str, Any]]:
    """The rows of JSON Lines; of one JSON object, its questions."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [row for row in rows if "format" not in row]
    return _plain(whole)


def _plain(whole: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"question": question, **({"text": told} if isinstance(told, str) else told)}
        for question, told in whole.items()
    ]


def _answer(row: dict[str, Any], cut: bool) -> StrongAnswer:
    def shown(text: str) -> str:
        return _MARKER.sub(r"[\1]", text) if cut else text

    text = str(row["text"])
    labelled = row.get("sentences") or [{"text": text[a:b], "label": None} for a, b in split_sentences(text)]
    return StrongAnswer(
        str(row["question"]),
        shown(text),
        str(row.get("kind", "any")),
        tuple((str(number), str(title)) for number, title in row.get("papers", {}).items()),
        tuple(row.get("key_facts", ())),
        tuple(LabelledSentence(shown(s["text"]), _label(s["label"]), s.get("error")) for s in labelled),
    )


def _label(label: Any) -> Label | None:
    if label is None or label in get_args(Label):
        return label  # type: ignore[no-any-return]
    raise ValueError(f"label {label!r}")
