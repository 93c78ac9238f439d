"""What is measured about a sentence when the composer asks whether it answers the question."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.question.kind import Question
from rag.retrieve.paper_view import PaperView
from rag.retrieve.retriever import Retrieval, Term
from rag.text.words import numbers

FEATURES = (
    "cosine",
    "cosine_gap",
    "words",
    "words_own",
    "rare_word",
    "bigrams",
    "paper_score",
    "paper_gap",
    "first_paper",
    "named_paper",
    "number_wanted_there",
    "number_wanted_missing",
    "number_unwanted",
    "definition",
    "name_in_sentence",
    "neighbour",
    "position",
    "length",
    "link",
    "background",
    "contribution",
    "result",
)
LINK = re.compile(r"https?://|github|publicly available|code (?:and|is|are)|open-sourced?\b|released?\b", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"\b(?:however|existing|previous(?:ly)?|traditional\w*|recent(?:ly)?|challeng\w+|typically|usually|remains?|despite"
    r"|crucial|significant attention|often|while|limited)\b",
    re.IGNORECASE,
)
_CONTRIBUTION = re.compile(
    r"\b(?:we|this (?:paper|work|study|survey)|authors)\b.{0,30}\b(?:propos\w+|introduc\w+|present\w*"
    r"|develop\w*|design\w*|show|find|demonstrate\w*|use|construct|build|explore)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:experiment\w*|results?|outperform\w*|improv\w+|achiev\w+|reach\w*|state-of-the-art|accuracy|significantly"
    r"|evaluat\w+|benchmarks?|scores?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be shown: the paper's row among the hits, and the sentence's number in its abstract."""

    paper_id: str
    hit: int
    number: int


def measure(question: Question, found: Retrieval, papers: int) -> tuple[tuple[Candidate, ...], NDArray[np.float64]]:
    """Every sentence of the first ``papers`` hits, and its features, one row a sentence."""
    hits = found.hits[:papers]
    best = max((float((found.views[h.paper.paper_id].vectors @ found.vector).max(initial=0)) for h in hits), default=0)
    candidates: list[Candidate] = []
    rows: list[list[float]] = []
    for order, hit in enumerate(hits):
        view = found.views[hit.paper.paper_id]
        parts = dict(hit.parts)
        shared = [
            hit.score,
            (found.hits[0].score - hit.score),
            float(order == 0),
            parts.get("names", 0.0),
        ]
        table = _sentences(question, found, view, best)
        for number in view.usable():
            left, right = table[number]
            candidates.append(Candidate(hit.paper.paper_id, order, number))
            rows.append([*left, *shared, *right])
    return tuple(candidates), np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def _sentences(
    question: Question, found: Retrieval, view: PaperView, best: float
) -> list[tuple[list[float], list[float]]]:
    known = [term for term in found.terms if term.stem in view.stems]
    whole = sum(term.weight for term in found.terms if term.papers) or 1.0
    own = [term for term in known if term.stem not in view.title_stems]
    own_whole = sum(term.weight for term in own) or 1.0
    cosines = view.vectors @ found.vector
    covered = [_cover(known, stems) / whole for stems in view.sentence_stems]
    top = max((term.weight for term in known), default=1.0)
    pairs = list(zip(found.terms, found.terms[1:], strict=False))
    rows = []
    for number, stems in enumerate(view.sentence_stems):
        text = view.sentence(number)
        left = [
            float(cosines[number]),
            best - float(cosines[number]),
            covered[number],
            _cover(own, stems) / own_whole if own else 0.0,
            max((term.weight for term in known if term.stem in stems), default=0.0) / top,
            sum(a.stem in stems and b.stem in stems for a, b in pairs) / max(1, len(pairs)),
        ]
        rows.append((left, _shape(question, found, text, number, covered, len(view.spans))))
    return rows


def _shape(
    question: Question, found: Retrieval, text: str, number: int, covered: list[float], total: int
) -> list[float]:
    figures = bool(numbers(text))
    lower = text.casefold()
    named = any(name in lower for name in found.named)
    neighbours = [covered[other] for other in (number - 1, number + 1) if 0 <= other < total]
    return [
        float(question.number and figures),
        float(question.number and not figures),
        float(not question.number and figures),
        float(question.definition and named),
        float(named),
        max(neighbours, default=0.0),
        number / max(1, total - 1),
        min(len(text), 400) / 400,
        float(LINK.search(text) is not None),
        float(_BACKGROUND.search(text) is not None),
        float(_CONTRIBUTION.search(text) is not None),
        float(_RESULT.search(text) is not None),
    ]


def _cover(terms: list[Term], stems: frozenset[str]) -> float:
    return sum(term.weight for term in terms if term.stem in stems)
