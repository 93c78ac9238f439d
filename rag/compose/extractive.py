"""The answer without any LLM: the sentences of the papers that answer the question, quoted, each its own citation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from index import Index
from rag.compose.citations import cite
from rag.compose.draft import Draft
from rag.question.kind import Question
from rag.retrieve.retriever import Retrieval
from rag.retrieve.sentence_features import Candidate
from rag.retrieve.sentence_ranking import Scored
from rag.schema import Sentence

SENTENCES = 5
TWIN = 0.93  # cosine from which two sentences say the same
FLOOR = 0.07  # a sentence with less than this share of the best one's probability is left out


def compose(index: Index, question: Question, found: Retrieval, scored: Scored, limit: int = SENTENCES) -> Draft:
    """Choose at most ``limit`` of the scored sentences and cite each."""
    chosen = select(question, found, scored.candidates, scored.scores, limit)
    return quote(index, found, [(c.paper_id, c.number) for c in chosen])


def quote(index: Index, found: Retrieval, chosen: Sequence[tuple[str, int]]) -> Draft:
    """The chosen sentences, verbatim, as a draft."""
    sentences, citations = [], []
    for marker, (paper_id, number) in enumerate(chosen, 1):
        view = found.views[paper_id]
        start, end = view.spans[number]
        citations.append(cite(marker, view.paper, index.chunks(paper_id), start, end))
        sentences.append(Sentence(view.sentence(number), (marker,), 1.0, "supported", "recited"))
    return Draft(tuple(sentences), tuple(citations))


def select(
    question: Question, found: Retrieval, candidates: Sequence[Candidate], scores: NDArray[np.float64], limit: int
) -> list[Candidate]:
    """The best sentences without near duplicates; in a comparison the named papers take turns."""
    ranking = [int(row) for row in np.argsort(-scores, kind="stable")]
    must = _in_turn(found, candidates, ranking, limit) if question.comparison else []
    kept: list[int] = []
    for row in [*must, *ranking]:
        if len(kept) == limit:
            break
        if row in must or (scores[row] >= FLOOR * scores[ranking[0]] and not _twin(found, candidates, kept, row)):
            kept += [row] if row not in kept else []
    return _readable(candidates, sorted(kept, key=lambda row: -float(scores[row])))


def _in_turn(found: Retrieval, candidates: Sequence[Candidate], ranking: Sequence[int], limit: int) -> list[int]:
    """The best sentence of each named paper, then the second best of each: all but one of the places."""
    named = [hit.paper.paper_id for hit in found.hits[:4] if dict(hit.parts).get("names", 0.0) >= 0.2]
    if len(named) < 2:
        return []
    queues = [[row for row in ranking if candidates[row].paper_id == paper_id] for paper_id in named]
    turns = [row for turn in zip_longest(*queues) for row in turn if row is not None]
    return turns[: limit - limit % len(named)]


def _twin(found: Retrieval, candidates: Sequence[Candidate], kept: Sequence[int], row: int) -> bool:
    def vector(candidate: Candidate) -> NDArray[np.float32]:
        row: NDArray[np.float32] = found.views[candidate.paper_id].vectors[candidate.number]
        return row

    return any(float(vector(candidates[row]) @ vector(candidates[other])) >= TWIN for other in kept)


def _readable(candidates: Sequence[Candidate], best_first: Sequence[int]) -> list[Candidate]:
    """Paper by paper, the one with the best sentence first, and within a paper in the order of its abstract."""
    chosen = [candidates[row] for row in best_first]
    papers = list(dict.fromkeys(candidate.paper_id for candidate in chosen))
    return sorted(chosen, key=lambda candidate: (papers.index(candidate.paper_id), candidate.number))
