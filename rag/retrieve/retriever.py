"""Which papers a question is about: dense vectors of windows, papers and sentences, BM25, words and names, fused."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index import Index
from index.schema import Filter, ScoredChunk
from rag.fitted.logistic import stored
from rag.retrieve.paper_view import PaperView, Views
from rag.retrieve.spelling import Speller
from rag.schema import PaperHit
from rag.text.words import content, stem

PARTS = ("window", "paper", "sentence", "sentences", "bm25", "words", "title", "together", "names")
COVERAGES = ("words", "title", "together")  # parts that are shares of the question's words already
GUESSED = 0.5  # the share of its weight that a word keeps when only a relative of it is in the papers
WINDOWS, LEXICAL = 80, 60  # how many candidates the dense and the lexical list contribute
QUESTION_CHARACTERS = 2000  # what is beyond is not read: the embedding model reads less
_TOKEN = re.compile(r"[^\s()\[\]{},;:?!\"“”]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question: how many papers hold it, and its weight (inverse document frequency)."""

    word: str
    stem: str
    papers: int
    weight: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for a question: the hits, best first, and what the later stages compare sentences with."""

    question: str
    vector: NDArray[np.float32]
    terms: tuple[Term, ...]
    hits: tuple[PaperHit, ...]
    views: Mapping[str, PaperView]
    named: frozenset[str]
    corrections: tuple[tuple[str, str], ...] = ()
    unknown_year: int = 0
    where: Filter | None = None


class Retriever:
    """Finds papers in an index. Safe to share between threads.

    weights: of the parts of the score; a part that is not named counts nothing, so that one part can be tried alone.
    """

    def __init__(self, index: Index, weights: Mapping[str, float] | None = None) -> None:
        self.index = index
        self.weights = tuned_weights() if weights is None else weights
        self.views = Views(index)
        self._speller = Speller(index)

    def retrieve(self, question: str, *, limit: int = 10, where: Filter | None = None) -> tuple[PaperHit, ...]:
        """The papers closest to a question, best first."""
        return self.look(question, limit=limit, where=where).hits

    def look(
        self, question: str, *, limit: int = 10, where: Filter | None = None, within: frozenset[str] | None = None
    ) -> Retrieval:
        """The papers closest to a question, with everything that was computed on the way; ``within`` is a choice."""
        asked, corrections = self._speller.correct(question[:QUESTION_CHARACTERS])
        selection = self.index.select(where) if where else None
        if selection:
            within = selection.paper_ids if within is None else selection.paper_ids & within
        vector = self.index.embedder.embed_query(asked)
        dense = self.index.dense(vector, WINDOWS, within)
        terms = self.terms(asked)
        lexical = dict(self.index.lexical(" ".join(term.word for term in terms) or asked, LEXICAL, within))
        views = self.views.of([*(found.chunk.paper_id for found in dense), *lexical])
        matched, name_scores = match_names(asked, views)
        parts = _parts(vector, terms, views, lexical, name_scores)
        hits = self._fuse(parts, terms, views, dense, limit)
        unknown = selection.unknown_year if selection else 0
        return Retrieval(asked, vector, terms, hits, views, matched, corrections, unknown, where)

    def corrected(self, question: str) -> str:
        """The question with its typing errors set right."""
        return self._speller.correct(question[:QUESTION_CHARACTERS])[0]

    def terms(self, question: str) -> tuple[Term, ...]:
        """The content words of a question, weighed by how rare they are among the papers."""
        found = content(question)
        frequencies = self.index.document_frequencies(tuple(found.values()))
        total = len(self.index.papers())
        terms = []
        for word in found.values():
            meant = word if frequencies[word] else self._speller.relative(word) or word
            papers = frequencies[word] or self.index.document_frequencies((meant,))[meant]
            weight = math.log(1 + (total + 1) / (papers + 0.5))
            terms.append(Term(meant, stem(meant), papers, weight if meant == word else weight * GUESSED))
        return tuple(terms)

    def _fuse(
        self,
        parts: Mapping[str, NDArray[np.float64]],
        terms: Sequence[Term],
        views: Mapping[str, PaperView],
        dense: Sequence[ScoredChunk],
        limit: int,
    ) -> tuple[PaperHit, ...]:
        if not views:
            return ()
        shares = scaled(parts, known_share(terms))
        total = sum(self.weights.get(name, 0.0) * values for name, values in shares.items())
        best = np.argsort(-np.asarray(total), kind="stable")[:limit]
        paper_ids = list(views)
        chunks: dict[str, list[ScoredChunk]] = {}
        for found in dense:
            chunks.setdefault(found.chunk.paper_id, []).append(found)
        return tuple(
            PaperHit(
                views[paper_ids[row]].paper,
                float(np.asarray(total)[row]),
                rank,
                tuple(chunks.get(paper_ids[row], ())),
                tuple((name, round(float(values[row]), 4)) for name, values in parts.items()),
            )
            for rank, row in enumerate(best, 1)
        )


@lru_cache(maxsize=1)
def tuned_weights() -> Mapping[str, float]:
    """The weights of the parts, from rag/fitted/retrieval.json; found by eval/fit/retrieval.py."""
    weights: dict[str, float] = stored("retrieval.json")["weights"]
    if tuple(weights) != PARTS:
        raise ValueError("rag/fitted/retrieval.json weighs other parts: run `python -m eval.fit.retrieval`")
    return weights


def known_share(terms: Sequence[Term]) -> float:
    """The share of a question's weight that lies in words which some paper holds."""
    known = sum(term.weight for term in terms if term.papers)
    return known / (sum(term.weight for term in terms) or 1.0)


def scaled(parts: Mapping[str, NDArray[np.float64]], known: float) -> dict[str, NDArray[np.float64]]:
    """The parts as they are weighted: shares of the question's words as they are, the others divided by their highest.

    BM25 counts as far as some paper covers the question (``known`` is the share of it that the papers know): the best
    match of one stray word is no evidence.
    """
    found = {name: np.clip(values, 0, None) / max(float(values.max()), 1e-9) for name, values in parts.items()}
    found |= {name: parts[name] for name in COVERAGES}
    found["bm25"] = found["bm25"] * float(parts["words"].max()) * known
    return found


def _parts(
    vector: NDArray[np.float32],
    terms: Sequence[Term],
    views: Mapping[str, PaperView],
    lexical: Mapping[str, float],
    name_scores: Mapping[str, float],
) -> dict[str, NDArray[np.float64]]:
    """The parts of the score, one value a candidate."""
    known = [term for term in terms if term.papers]
    whole = sum(term.weight for term in known) or 1.0
    rows = []
    for paper_id, view in views.items():
        windows, sentences = view.windows @ vector, np.sort(view.vectors @ vector)[::-1]
        mean = view.windows.mean(axis=0)
        rows.append(
            (
                float(windows.max()),
                float(mean @ vector / (np.linalg.norm(mean) + 1e-9)),
                float(sentences[:1].sum()),
                float(sentences[:3].mean()) if len(sentences) else 0.0,
                lexical.get(paper_id, 0.0),
                _weight(known, view.stems) / whole,
                _weight(known, view.title_stems) / whole,
                max((_weight(known, stems) for stems in view.sentence_stems), default=0.0) / whole,
                name_scores.get(paper_id, 0.0),
            )
        )
    table = np.array(rows, dtype=np.float64).reshape(-1, len(PARTS))
    return {name: table[:, column] for column, name in enumerate(PARTS)}


def _weight(terms: Sequence[Term], stems: frozenset[str]) -> float:
    return sum(term.weight for term in terms if term.stem in stems)


def match_names(question: str, views: Mapping[str, PaperView]) -> tuple[frozenset[str], dict[str, float]]:
    """The names in a question that the papers use, and how much of their weight each paper accounts for."""
    tokens = [found.group().strip(".'*-/$").removesuffix("'s").casefold() for found in _TOKEN.finditer(question)]
    spoken = {*tokens, *(" ".join(pair) for pair in pairwise(tokens))}
    used = {paper_id: view.names & spoken for paper_id, view in views.items()}
    papers = Counter(name for matched in used.values() for name in matched)
    weight = {name: math.log((len(views) + 1) / (count + 0.5)) for name, count in papers.items()}
    whole = sum(weight.values()) or 1.0
    return frozenset(weight), {paper_id: sum(weight[n] for n in matched) / whole for paper_id, matched in used.items()}
