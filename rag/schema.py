"""The types of an answer: every sentence, every span that it cites, and everything needed to check it again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.schema import Paper, ScoredChunk

Verdict = Literal["supported", "unchecked", "contradicted"]
Origin = Literal["model", "attributed", "recited"]
Outcome = Literal["answered", "partial", "closest", "not_in_corpus", "not_stated", "false_premise"]
ABSTENTIONS: tuple[Outcome, ...] = ("closest", "not_in_corpus", "not_stated", "false_premise")


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim span of an abstract: ``paper.abstract[start:end] == quote``. marker is the n of "[n]".

    Where a sentence rests on metadata (a date, a number of authors), start == end == 0 and the quote is empty:
    such a citation names the paper, not a span. retraction: what says that the paper is retracted; else None.
    """

    marker: int
    paper_id: str
    chunk_id: str
    title: str
    quote: str
    start: int
    end: int
    abstract_sha256: str
    retraction: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the markers that it cites and what the check of them found.

    support: calibrated probability in [0, 1] that the cited spans support the sentence; None where nothing is cited.
    note: why the verdict is not "supported", or what was changed (re-cited, replaced); None where all is well.
    lead: the layout that a model put before it: white space, a bullet, a heading, a word such as "Yes.".
    """

    text: str
    markers: tuple[int, ...]
    support: float | None
    verdict: Verdict
    origin: Origin
    note: str | None = None
    lead: str = ""


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A retrieved paper: fused score and rank (from 1), the chunks behind it, and where the score came from."""

    paper: Paper
    score: float
    rank: int
    chunks: tuple[ScoredChunk, ...] = ()
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison: a quote with the markers of its citation; "not stated", without markers, else."""

    text: str
    markers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """What one side of a comparison (a paper, or a method in it) says, a cell for each column."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison side by side: a row a paper or method, a column an aspect; each quote is a citation's."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A paper that comes close to a question that was not answered."""

    paper_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What an LLM used: tokens in and out, and the cost in US dollars where the prices are known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer rests on, so that it can be asked again: sha256 hashes, the model and its parameters."""

    corpus_sha256: str
    index_sha256: str
    prompt_sha256: str
    evidence_sha256: str
    model: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, or an abstention that says why and names the nearest papers.

    contexts: everything that the composer saw, best first. reason: one line; why it is partial, why there is no
    answer, or why another model than the asked one answered. read_as: how a follow-up was read; None where the question
    was taken as it stands. table: a comparison side by side. timings: (stage, seconds) in order. more: what an answer
    without a language model leaves folded, best first, with citations of its own. The outcome "closest" has sentences
    although it is an abstention: those that come nearest.
    """

    question: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    unknown_markers: tuple[str, ...]
    contexts: tuple[ScoredChunk, ...]
    outcome: Outcome
    reason: str | None
    nearest: tuple[Nearest, ...]
    model: str
    usage: Usage
    receipt: Receipt
    timings: tuple[tuple[str, float], ...] = field(default=(), compare=False)
    read_as: str | None = None
    table: Table | None = None
    more: tuple[Sentence, ...] = ()
    more_citations: tuple[Citation, ...] = ()

    @property
    def abstained(self) -> bool:
        """Whether no answer was given."""
        return self.outcome in ABSTENTIONS

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON types, with ``abstained``; ``timings`` becomes a mapping of stage to seconds."""
        return {**asdict(self), "abstained": self.abstained, "timings": dict(self.timings)}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the work has begun, such as "retrieve", "compose" or "verify"."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sentence as far as the model has written it; not verified yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that is finished and checked, with the citations that it brings in."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """A sentence that was verified before, the n-th from 0, as a later step leaves it; citations are those it adds."""

    place: int
    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer; always the last event."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Papers found for a question; unknown_year: how many a filter by year left out for want of a year."""

    hits: tuple[PaperHit, ...]
    unknown_year: int


Event = Stage | Pending | Verified | Revised | Finished  # what an answer reports while it is being made
