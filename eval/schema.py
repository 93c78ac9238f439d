"""The types of the harness: a gold question, the score of a metric, and what one question came to in a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.schema import Answer, Outcome

Scope = Literal["near", "far"]
Level = Literal["question", "run"]


@dataclass(frozen=True, slots=True)
class QAExample:
    """A gold question. Answers are named by paper title, so that one set scores any index of the same papers.

    key_facts: regular expressions, searched whatever the case; each names one thing that a right answer says.
    scope: "near" (inside the topic) or "far" for a question that the papers do not answer, else None.
    history: the earlier questions of the conversation, oldest first.
    variant_of: the query_id of the question that this one asks in other words; None where it is the original.
    relevant_ids: the paper ids of relevant_titles in the index at hand; empty until resolved.
    """

    query_id: str
    question: str
    answerable: bool
    reference_answers: tuple[str, ...] = ()
    key_facts: tuple[str, ...] = ()
    relevant_titles: tuple[str, ...] = ()
    kind: str = "other"
    scope: Scope | None = None
    outcome: Outcome = "answered"
    split: str = "dev"
    about_titles: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    variant_of: str | None = None
    relevant_ids: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A validated gold set: its name, the sha256 of its bytes, and its questions in file order."""

    name: str
    version: int
    sha256: str
    examples: tuple[QAExample, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Score:
    """What a metric says of one question or run. value is None where the metric does not apply, never NaN."""

    metric: str
    value: float | None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one question came to: the answer, what was retrieved, and the scores; or the error that stopped it.

    forced: the answer of the same set-up with abstention off; the same as ``answer`` where that did not abstain.
    retrieved, retrieved_chunks: ids, best first. relevant_chunks: ids of the chunks that hold a key fact.
    confidence: how sure the set-up is that it can answer, from its retrieval; the order of the risk-coverage curve.
    """

    example: QAExample
    answer: Answer | None
    forced: Answer | None = None
    retrieved: tuple[str, ...] = ()
    retrieved_chunks: tuple[str, ...] = ()
    relevant_chunks: tuple[str, ...] = ()
    confidence: float | None = None
    error: str | None = None
    scores: tuple[Score, ...] = ()

    def value(self, metric: str) -> float | None:
        """The value of that metric here; None where it does not apply or the question failed."""
        return next((score.value for score in self.scores if score.metric == metric), None)


@dataclass(frozen=True, slots=True)
class Timing:
    """What one question cost: seconds by stage, tokens, money, and the peak memory of the process so far."""

    query_id: str
    seconds: float
    stages: tuple[tuple[str, float], ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    peak_mib: float | None = None
