"""An entailment model in a folder: does a premise entail a claim? ONNX, by onnxruntime and tokenizers alone.

The folder holds one model (*.onnx, in it or in its folder onnx/), tokenizer.json, and config.json with id2label.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import BadResponse, ModelUnavailable
from rag.verify.checks.words import clean

LENGTH = 256  # word pieces of premise and claim together, where the model's input has no size of its own
CACHED_PAIRS = 32_768
ENTAILED = ("entailment", "entails", "entailed", "consistent", "supported")
MOST = 12.0  # log-odds beyond this are no surer


class Entailment:
    """Loaded when first asked, safe to share between threads, each pair asked once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any, int | None] | None = None
        self._place = entailment_place(_labels(folder), str(folder))
        self._file = _model(folder)
        self.known: dict[tuple[str, str], float] = {}

    def log_odds(self, premise: str, claim: str) -> float:
        """The logarithm of the odds that the premise entails the claim, by the model, uncalibrated."""
        return self.all_log_odds([(premise, claim)])[0]

    def all_log_odds(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The same of many (premise, claim), in one run of the model.

        Where the two are too long for the model, the longer one is cut at its end.
        """
        keys = [(clean(premise), clean(claim)) for premise, claim in pairs]
        new = [key for key in dict.fromkeys(keys) if key not in self.known]
        if len(self.known) + len(new) > CACHED_PAIRS:
            self.known = {}
            new = list(dict.fromkeys(keys))
        self.known.update(zip(new, self._ask(new) if new else [], strict=True))
        return [self.known[key] for key in keys]

    def _ask(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        session, tokenizer, _ = self._load()
        encoded = tokenizer.encode_batch(list(pairs))
        columns = {
            "input_ids": [e.ids for e in encoded],
            "attention_mask": [e.attention_mask for e in encoded],
            "token_type_ids": [e.type_ids for e in encoded],
        }
        wanted = {one.name for one in session.get_inputs()}
        feed = {name: np.array(rows, dtype=np.int64) for name, rows in columns.items() if name in wanted}
        return [odds_of(row, self._place) for row in np.asarray(session.run(None, feed)[0], dtype=np.float64)]

    def _load(self) -> tuple[Any, Any, int | None]:
        with self._lock:
            if self._loaded is None:
                os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
                import onnxruntime
                from tokenizers import Tokenizer

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = 1
                options.log_severity_level = 3
                session = onnxruntime.InferenceSession(str(self._file), options, providers=["CPUExecutionProvider"])
                size = session.get_inputs()[0].shape[-1]
                fixed = size if isinstance(size, int) else None
                tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                tokenizer.enable_truncation(fixed or LENGTH, strategy="longest_first")
                tokenizer.enable_padding(length=fixed)
                self._loaded = session, tokenizer, fixed
            return self._loaded


def entailment_place(labels: Sequence[str], name: str) -> int:
    """Which of a model's classes is entailment. One class is a score of consistency; without a known one it raises."""
    if len(labels) == 1:
        return 0
    for place, label in enumerate(labels):
        if label.casefold() in ENTAILED:
            return place
    raise BadResponse(f"{name} has no class named 'entailment'; its classes: {', '.join(labels) or 'none'}")


def odds_of(row: Any, place: int) -> float:
    """The log-odds of a class among the logits, or the probabilities, of a model."""
    values = np.asarray(row, dtype=np.float64)
    if not np.isfinite(values).all():
        raise BadResponse("the entailment model gave a score that is not a number")
    if len(values) == 1:
        value = float(values[0])
        odds = math.log(max(value, 1e-9) / max(1 - value, 1e-9)) if 0 <= value <= 1 else value
    else:
        logs = np.log(np.maximum(values, 1e-12)) if _sums_to_one(values) else values
        rest = np.delete(logs, place)
        odds = float(logs[place] - (rest.max() + np.log(np.exp(rest - rest.max()).sum())))
    return max(-MOST, min(MOST, odds))


def _sums_to_one(values: Any) -> bool:
    return bool(values.min() >= 0 and abs(values.sum() - 1) < 1e-3)


def _labels(folder: Path) -> list[str]:
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf8")).get("id2label") or {}
        return [str(found[key]) for key in sorted(found, key=int)]
    except (OSError, ValueError, AttributeError) as error:
        raise ModelUnavailable(f"{folder} holds no entailment model: config.json: {error}") from error


def _model(folder: Path) -> Path:
    files = sorted([*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")])
    if not files or not (folder / "tokenizer.json").exists():
        raise ModelUnavailable(f"{folder} holds no entailment model: it needs a *.onnx file and tokenizer.json")
    return next((file for file in files if "quant" in file.name or "int8" in file.name), files[0])


@lru_cache(maxsize=2)
def shared_entailment(folder: Path) -> Entailment:
    """The one model of this folder in this process, whoever asks."""
    return Entailment(folder)
