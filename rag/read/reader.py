"""A small model that reads a question, or a claim, together with an abstract: one network with three heads.

onnxruntime and tokenizers load with the first reader, not before. The same input gives the same output: the number of
threads is fixed.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.onnx import open_tokenizer
from index.embedding.weights import verified

MAX_QUERY, MAX_TITLE, MAX_TOKENS = 96, 48, 256
THREADS = 2
KEPT = 64  # readings kept: a question is often looked at twice, by a chat that asks again or by an evaluation
UNREAD = -20.0  # the logit of a sentence beyond MAX_TOKENS
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader says of one abstract: how likely it answers, and for each sentence how likely it does."""

    answers: float
    sentences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """Tokens as the network takes them: where the passage begins, and the tokens of each sentence."""

    ids: list[int]
    passage: int
    spans: list[tuple[int, int]]


class Reader:
    """The model in a folder that holds reader.onnx, tokenizer.json and reader.json. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        self._session = _session(folder / "reader.onnx", about["sha256"]["reader.onnx"])
        self._tokenizer = open_tokenizer(folder / "tokenizer.json", about["sha256"]["tokenizer.json"])
        self._calibration: dict[str, dict[str, float]] = about["calibration"]
        self._marks: dict[str, int] = about["input"]["marks"]
        self._cls, self._sep = about["input"]["cls"], about["input"]["sep"]
        self._read = lru_cache(maxsize=KEPT)(self._answer)

    def answer(self, question: str, papers: Sequence[tuple[str, Sequence[str]]]) -> tuple[Read, ...]:
        """Read a question with each paper, given as title and sentences; long abstracts are cut."""
        return tuple(self._read(question, title, tuple(sentences)) for title, sentences in papers)

    def support(self, claims: Sequence[str], evidences: Sequence[Sequence[str]]) -> tuple[float, ...]:
        """For each claim how likely its sentences of evidence support it."""
        found = []
        for claim, evidence in zip(claims, evidences, strict=True):
            query, *parts = self._encode([claim, *evidence])
            found.append(self._chance("support", self._run(self._row("support", query[:MAX_QUERY], [], parts))[1]))
        return tuple(found)

    def _answer(self, question: str, title: str, sentences: tuple[str, ...]) -> Read:
        query, head, *parts = self._encode([question, title, *sentences])
        answers, _, each = self._run(self._row("answer", query[:MAX_QUERY], head[:MAX_TITLE], parts))
        return Read(self._chance("answer", answers), tuple(self._chance("sentence", logit) for logit in each))

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        return [found.ids for found in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def _row(self, task: str, query: list[int], title: list[int], sentences: Sequence[list[int]]) -> _Row:
        ids = [self._cls, self._marks[task], *query, self._sep]
        passage, spans = len(ids), []
        ids += title
        for sentence in sentences:
            kept = sentence[: max(0, MAX_TOKENS - 1 - len(ids))]
            spans.append((len(ids), len(ids) + len(kept)))
            ids += kept
        return _Row([*ids, self._sep], passage, spans)

    def _run(self, row: _Row) -> tuple[float, float, list[float]]:
        """The logits of both heads and of the sentences; one that was cut off entirely gets a very low one.

        One row at a time: in the int8 network what stands beside a row in a batch would change its figures.
        """
        length = len(row.ids)
        types, means = np.zeros((1, length), np.int64), np.zeros((1, max(1, len(row.spans)), length), np.float32)
        types[0, row.passage :] = 1
        for number, (start, end) in enumerate(row.spans):
            means[0, number, start:end] = 1 / max(1, end - start)
        feed: dict[str, Any] = {
            "input_ids": np.array([row.ids], np.int64),
            "attention_mask": np.ones((1, length), np.int64),
        }
        feed |= {"token_type_ids": types, "sentence_means": means}
        answer, support, sentences = self._session.run(["answer", "support", "sentences"], feed)
        pairs = zip(row.spans, sentences[0], strict=False)
        return float(answer[0]), float(support[0]), [float(x) if end > start else UNREAD for (start, end), x in pairs]

    def _chance(self, head: str, logit: float) -> float:
        fit = self._calibration[head]
        return 1 / (1 + math.exp(-(logit * fit["scale"] + fit["bias"])))


def shipped() -> Reader:
    """The reader that this package brings along; loaded when first asked for."""
    with _loading:
        return _shipped()


def load_ahead() -> None:
    """Begin to load the reader beside what the caller does meanwhile: half a second of a first answer."""
    threading.Thread(target=shipped, name="reader").start()


@lru_cache(maxsize=1)
def _shipped() -> Reader:
    return Reader(Path(str(resources.files("rag.read"))))


def _session(file: Path, sha256: str) -> Any:
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # else it sends events over the network, unasked
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(verified(file, sha256)), options, providers=["CPUExecutionProvider"])
