"""How likely each sentence of the papers found is to answer the question: the reader's view and the words', weighed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.fitted.logistic import Logistic, from_json, stored
from rag.question.kind import Question
from rag.read.reader import Reader, shipped
from rag.retrieve.retriever import Retrieval, Term
from rag.text.words import numbers

PAPERS = 4  # how many papers are read at most: those below hold an answer in one question of fifty
MOST = 9.0  # log odds beyond this are all the same
FIRST, SURE = 2, 0.5  # more than the first two only while none of those read is as likely as that to answer
FEATURES = (
    "read",
    "affirmed",
    "paper_read",
    "cosine",
    "words",
    "paper_gap",
    "named_paper",
    "figure_missing",
    "link",
    "position",
)
SPECIFIC = 6  # terms from which a question wants a detail: these stand late in an abstract, what a thing is does not
LINK = re.compile(r"https?://|github|publicly available|code (?:and|is|are)|open-sourced?\b|released?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be shown: the paper's row among the hits, and the sentence's number in its abstract."""

    paper_id: str
    hit: int
    number: int


@dataclass(frozen=True, slots=True)
class Readings:
    """The sentences that might be shown with the probability that each answers, and that of each abstract read.

    sentence: the highest log odds that the reader alone gives to a sentence.
    """

    candidates: tuple[Candidate, ...]
    scores: NDArray[np.float64]
    answers: tuple[float, ...]
    sentence: float

    def ranking(self) -> list[int]:
        """The rows of the candidates, the likeliest sentence first."""
        return [int(row) for row in np.argsort(-self.scores, kind="stable")]


def weigh(question: Question, found: Retrieval, papers: int = PAPERS, reader: Reader | None = None) -> Readings:
    """Read the first papers found and weigh each of their sentences."""
    candidates, table, answers = measure(question, found, papers, reader or shipped())
    return Readings(candidates, sentence_model().predict(table), answers, best_read(table))


def measure(
    question: Question, found: Retrieval, papers: int, reader: Reader
) -> tuple[tuple[Candidate, ...], NDArray[np.float64], tuple[float, ...]]:
    """Every sentence of the papers read, its features, one row a sentence, and how likely each abstract answers."""
    candidates: list[Candidate] = []
    rows: list[tuple[float, ...]] = []
    answers: list[float] = []
    whole = sum(term.weight for term in found.terms if term.papers) or 1.0
    for order, hit in enumerate(found.hits[: min(papers, PAPERS)]):
        if order >= FIRST and max(answers) >= SURE and not question.comparison:
            break
        view = found.views[hit.paper.paper_id]
        usable = view.usable()
        texts = [view.sentence(number) for number in usable]
        (said,) = reader.answer(found.question, [(view.paper.title, texts)])
        answers.append(said.answers)
        cosines = view.vectors @ found.vector
        for number, text, chance in zip(usable, texts, said.sentences, strict=True):
            candidates.append(Candidate(hit.paper.paper_id, order, number))
            rows.append(
                (
                    logit(chance),
                    max(logit(chance), 0.0),
                    logit(said.answers),
                    float(cosines[number]),
                    cover(found.terms, view.sentence_stems[number]) / whole,
                    found.hits[0].score - hit.score,
                    dict(hit.parts).get("names", 0.0),
                    float(question.number and not numbers(text)),
                    float(LINK.search(text) is not None),
                    math.log1p(number) * min(1.0, len(found.terms) / SPECIFIC),
                )
            )
    return tuple(candidates), np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES)), tuple(answers)


@lru_cache(maxsize=1)
def sentence_model() -> Logistic:
    """The model that weighs sentences; fitted by eval/fit/reading.py."""
    model = from_json(stored("sentences.json")["model"])
    if model.features != FEATURES:
        raise ValueError("rag/fitted/sentences.json was fitted on other features: run `make fit`")
    return model


def best_read(table: NDArray[np.float64]) -> float:
    """The highest log odds that the reader gives to a sentence of a table of features."""
    return float(table[:, FEATURES.index("read")].max(initial=-MOST))


def cover(terms: tuple[Term, ...], stems: frozenset[str]) -> float:
    """The weight of the terms that the stems hold."""
    return sum(term.weight for term in terms if term.stem in stems)


def logit(chance: float) -> float:
    """The log odds of a probability, kept within ±MOST."""
    held = min(max(chance, 1.234e-4), 1 - 1.234e-4)
    return math.log(held / (1 - held))
