"""A cross-encoder of sentence-transformers, by name: inference, or one score of factual consistency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.errors import ModelUnavailable
from rag.verify.entailment import entailment_place, odds_of


class CrossEncoder:
    """Loaded when first asked."""

    def __init__(self, model: str, encoder: Any = None) -> None:
        self.name = f"cross-encoder:{model}"
        self._model = model
        self._encoder = encoder

    def log_odds(self, premise: str, claim: str) -> float:
        """The log-odds that the premise entails the claim."""
        return self.all_log_odds([(premise, claim)])[0]

    def all_log_odds(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The same of many (premise, claim)."""
        encoder = self._load()
        rows = encoder.predict(list(pairs))
        labels = getattr(encoder.config, "id2label", None) or {}
        found = []
        for row in rows:
            values = [float(row)] if getattr(row, "ndim", 0) == 0 else list(row)
            names = ["score"] if len(values) == 1 else [str(labels[key]) for key in sorted(labels)]
            found.append(odds_of(values, entailment_place(names, self.name)))
        return found

    def _load(self) -> Any:
        if self._encoder is None:
            from sentence_transformers import CrossEncoder as Encoder

            try:
                self._encoder = Encoder(self._model)
            except (OSError, ValueError) as error:
                line = str(error).splitlines()[0]
                raise ModelUnavailable(f"the cross-encoder {self._model!r} cannot be loaded: {line}") from error
        return self._encoder
