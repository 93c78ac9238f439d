"""What a metric is, and the one rule for abstentions that all of them follow (docs/metrics.md)."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from eval.judges.scorers import Embed, Judge, Scorer
from eval.schema import Result, Score

Applies = Literal["retrieval", "correctness", "found", "shown", "outcome"]
MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


@dataclass(frozen=True, slots=True)
class Tools:
    """The models that metrics may use, each None where none is named; a metric without its tool does not apply.

    abstracts: the abstract of every paper of the index, by paper_id.
    """

    embed: Embed | None = None
    scorer: Scorer | None = None
    aligner: Scorer | None = None
    judge: Judge | None = None
    abstracts: Mapping[str, str] = field(default_factory=dict)


OfQuestion = Callable[[Result, Tools], "float | tuple[float | None, str] | None"]
OfRun = Callable[[Sequence[Result]], "float | None"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of one question. Its definition is the docstring of ``compute``.

    applies: which clause of the rule for abstentions it falls under. better: "higher", "lower", or "neither" where
    the value only describes (the words shown).
    """

    name: str
    family: str
    applies: Applies
    compute: OfQuestion
    better: Literal["higher", "lower", "neither"] = "higher"

    @property
    def definition(self) -> str:
        """What it measures, and where the definition comes from."""
        return inspect.getdoc(self.compute) or ""

    def score(self, result: Result, tools: Tools) -> Score:
        """The score of this question, under the rule for abstentions."""
        settled = by_rule(self.applies, result)
        if settled is not None:
            return Score(self.name, *settled)
        found = self.compute(result, tools)
        value, why = found if isinstance(found, tuple) else (found, "" if found is not None else "does not apply")
        if value is not None and not math.isfinite(value):
            raise ValueError(f"metric {self.name} came to {value} on {result.example.query_id}")
        return Score(self.name, None if value is None else round(value, 6), why)


@dataclass(frozen=True, slots=True)
class RunMetric:
    """A metric of a whole run; None where no question of the run is of the kind that it needs.

    counts: how many questions it rests on.
    """

    name: str
    family: str
    compute: OfRun
    counts: Callable[[Sequence[Result]], int]
    better: Literal["higher", "lower", "neither"] = "higher"

    @property
    def definition(self) -> str:
        """What it measures, and where the definition comes from."""
        return inspect.getdoc(self.compute) or ""


def by_rule(applies: Applies, result: Result) -> tuple[float | None, str] | None:
    """What the rule for abstentions settles without looking at the answer; None where the metric must look.

    retrieval: counts where there is a relevant paper, whatever the answer. correctness: counts on answerable
    questions, and an abstention counts 0. found: counts on answerable questions, by what is shown, the sentences of
    "closest" as well. shown: describes what was shown, so an abstention has none.
    outcome: counts always; the metric says on which questions.
    """
    if applies == "retrieval":
        return None if result.example.relevant_ids else (None, "no relevant paper")
    if result.answer is None:
        return None, "the run holds no answers"
    if applies in ("correctness", "found") and not result.example.answerable:
        return None, "unanswerable"
    if result.answer.abstained and applies == "correctness":
        return 0.0, "abstained"
    if result.answer.abstained and applies == "shown":
        return None, "abstained"
    return None


def shown(text: str) -> str:
    """The text of an answer as metrics read it: without the citation markers, whose digits are not the answer's."""
    return MARKER.sub("", text).strip()
