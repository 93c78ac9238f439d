"""The answer without any LLM: the sentence that answers, verbatim, and at most two more; the rest stays folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from index import Index
from rag.compose.citations import cite
from rag.compose.draft import Draft
from rag.question.kind import Question
from rag.read.readings import Candidate, Readings
from rag.retrieve.retriever import Retrieval
from rag.schema import Citation, Sentence

SHOWN, FOLDED = 3, 8  # sentences shown and folded at most
ADDS = 0.07  # the probability of answering from which a further sentence is shown
TWIN = 0.93  # cosine from which two sentences say the same
_LEANS = re.compile(
    r"(?:it|they|its|their|these|those|such|both|each|the (?:former|latter)"
    r"|this (?!paper|work|study|article|survey)\w+)\b",
    re.IGNORECASE,
)


def compose(index: Index, question: Question, found: Retrieval, readings: Readings) -> Draft:
    """The best sentence, those that add to it, and what stays folded; in a comparison each named paper has its say."""
    ranking = _distinct(found, readings)
    turns = _in_turn(found, readings, ranking) if question.comparison else []
    chosen = turns or ranking[:1]
    for row in _before(found, readings, chosen[0]) if not turns else ():
        chosen.append(row)
    added = (row for row in ranking if row not in chosen and readings.scores[row] >= ADDS)
    chosen += list(added)[: max(0, SHOWN - len(chosen))]
    return _drafted(index, found, readings, chosen, [row for row in ranking if row not in chosen])


def closest(index: Index, found: Retrieval, readings: Readings) -> Draft:
    """The sentences that come nearest to an answer."""
    ranking = _distinct(found, readings)
    return _drafted(index, found, readings, ranking[:SHOWN], ranking[SHOWN:])


def nearest_rows(found: Retrieval, readings: Readings) -> list[int]:
    """The rows of the sentences that "closest" shows."""
    return _distinct(found, readings)[:SHOWN]


def _drafted(index: Index, found: Retrieval, readings: Readings, chosen: Sequence[int], rest: Sequence[int]) -> Draft:
    shown = quote(index, found, _grouped([readings.candidates[row] for row in chosen]), 1)
    folded = quote(index, found, [readings.candidates[row] for row in rest[:FOLDED]], len(chosen) + 1)
    return Draft(*shown, more=folded[0], more_citations=folded[1])


def quote(
    index: Index, found: Retrieval, chosen: Iterable[Candidate], first: int
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """The chosen sentences, verbatim, each with a citation of its own, numbered from ``first``."""
    sentences, citations = [], []
    for marker, candidate in enumerate(chosen, first):
        view = found.views[candidate.paper_id]
        start, end = view.spans[candidate.number]
        citations.append(cite(marker, view.paper, index.chunks(candidate.paper_id), start, end))
        sentences.append(Sentence(view.sentence(candidate.number), (marker,), 1.0, "supported", "recited"))
    return tuple(sentences), tuple(citations)


def _grouped(best_first: Sequence[Candidate]) -> list[Candidate]:
    """Paper by paper: the answer first, what else is shown of a paper in the order of its abstract."""
    papers = list(dict.fromkeys(candidate.paper_id for candidate in best_first))
    answer, *others = best_first
    return [answer, *sorted(others, key=lambda c: (papers.index(c.paper_id), c.number))]


def _before(found: Retrieval, readings: Readings, row: int) -> list[int]:
    """The row of the sentence before, where this one leans on it ("This approach …") and it may be shown."""
    leaning = readings.candidates[row]
    if not _LEANS.match(found.views[leaning.paper_id].sentence(leaning.number)):
        return []
    before = Candidate(leaning.paper_id, leaning.hit, leaning.number - 1)
    return [readings.candidates.index(before)] if before in readings.candidates else []


def _in_turn(found: Retrieval, readings: Readings, ranking: Sequence[int]) -> list[int]:
    """The best two sentences of each paper that the question names, in turn, where it names two or more."""
    named = [hit.paper.paper_id for hit in found.hits[:4] if dict(hit.parts).get("names", 0.0) >= 0.2]
    queues = [[row for row in ranking if readings.candidates[row].paper_id == paper_id][:2] for paper_id in named]
    return [row for turn in zip_longest(*queues) for row in turn if row is not None] if len(named) > 1 else []


def _distinct(found: Retrieval, readings: Readings) -> list[int]:
    """The ranking without sentences that say what a better one says."""
    kept: list[int] = []
    vectors = [found.views[c.paper_id].vectors[c.number] for c in readings.candidates]
    for row in readings.ranking():
        if all(float(vectors[row] @ vectors[other]) < TWIN for other in kept):
            kept.append(row)
    return kept
