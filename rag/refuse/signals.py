"""What the evidence says about whether a question can be answered: the features of the abstention models."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.question.kind import Question
from rag.refuse.background import closeness
from rag.refuse.missing_details import PLAIN_DETAILS, asked_details, missing_details
from rag.refuse.premise import contradiction, why
from rag.retrieve.paper_view import PaperView
from rag.retrieve.retriever import Retrieval, Term
from rag.retrieve.sentence_features import Candidate
from rag.retrieve.spelling import rarity
from rag.text.words import is_content, names, numbers, stem, words

SIGNALS = (
    "sentence_cosine",
    "window_cosine",
    "cosine_drop",
    "background",
    "background_lead",
    "score",
    "score_gap",
    "cover_first",
    "cover_best",
    "cover_sentence",
    "title_cover",
    "unknown_share",
    "unknown_words",
    "unknown_rarest",
    "unknown_opens",
    "missing_heaviest",
    "best_sentence",
    "five_sentences",
    "named",
    "strange_names",
    "known_names",
    "pairs_together",
    "wanted_cover",
    "detail_missing",
    "plain_detail_missing",
    "detail_there",
    "count_missing",
    "number_missing",
    "why",
    "conflict",
    "why_conflict",
    "few_words",
)
_WANTED = re.compile(
    r"\b(?:how many|how much|which|what|whose|number of|amount of|kind of|sort of)\s+((?:[\w^*+-]+\s+){0,3}[\w^*+-]+)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b(?:how many|number of)\s+((?:[\w^*+-]+\s+){0,3}[\w^*+-]+)", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{3,}")
_FIGURES = "one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion"
_FIGURE_WORDS = frozenset(_FIGURES.split())


def signals(
    question: Question, found: Retrieval, candidates: Sequence[Candidate], scores: NDArray[np.float64], model: str
) -> NDArray[np.float64]:
    """The features of a question and its evidence, in the order of SIGNALS."""
    views = [found.views[hit.paper.paper_id] for hit in found.hits[:5]]
    best = [i for i in np.argsort(-scores)[:5] if candidates[i].hit == 0]
    evidence = " ".join(views[0].sentence(candidates[i].number) for i in best)
    values = (
        *_similarity(question, found, views, model),
        *_coverage(found, views),
        *_sentences(scores),
        dict(found.hits[0].parts).get("names", 0.0),
        float(min(len(strange_names(question.text, found)), 3)),
        float(min(len(names(question.text) & found.named), 2)),
        _pairs(found, views[0]),
        *_asked(question, found, views[0], evidence),
        *_premise(question.text, views[0]),
        1.0 / max(1, len(found.terms)),
    )
    return np.array(values, dtype=np.float64)


def _similarity(question: Question, found: Retrieval, views: Sequence[PaperView], model: str) -> tuple[float, ...]:
    cosines = [float((view.vectors @ found.vector).max(initial=0)) for view in views]
    windows = max(float((view.windows @ found.vector).max()) for view in views)
    scores = [hit.score for hit in found.hits[:2]]
    other = closeness(question.text, found.vector, model)
    drop = max(cosines) - float(np.mean(cosines))
    return max(cosines), windows, drop, other, other - max(cosines), scores[0], scores[0] - scores[-1]


def _coverage(found: Retrieval, views: Sequence[PaperView]) -> tuple[float, ...]:
    first = views[0]
    unknown = [term for term in found.terms if not term.papers]
    missing = [term.weight for term in found.terms if term.stem not in first.stems]
    return (
        cover(found.terms, first.stems),
        max(cover(found.terms, view.stems) for view in views),
        max((cover(found.terms, s | v.title_stems) for v in views for s in v.sentence_stems), default=0.0),
        cover(found.terms, first.title_stems),
        cover(found.terms, frozenset(term.stem for term in unknown)),
        min(len(unknown), 4) / 4,
        max((rarity(term.word) for term in unknown), default=0.0),
        float(any(not term.papers for term in found.terms[:2])),
        max(missing, default=0.0) / max((term.weight for term in found.terms), default=1.0),
    )


def _sentences(scores: NDArray[np.float64]) -> tuple[float, ...]:
    ranked = np.sort(scores)[::-1]
    return float(ranked[:1].sum()), float(ranked[:5].sum())


def _asked(question: Question, found: Retrieval, first: PaperView, evidence: str) -> tuple[float, ...]:
    """Whether the best paper mentions what is asked for: the thing, the detail, a figure of it."""
    details, missing = asked_details(question.text), missing_details(question.text, found)
    wanted = {stem(w) for match in _WANTED.findall(question.text) for w in words(match) if is_content(w)}
    terms = tuple(term for term in found.terms if term.stem in wanted)
    return (
        cover(terms, first.stems) if terms else 0.5,
        float(min(len(missing), 2)),
        float(any(detail in PLAIN_DETAILS for detail in missing)),
        float(len(details) > len(missing)),
        float(_count_missing(question.text, first)),
        float(question.number and not numbers(evidence)),
    )


def _count_missing(text: str, view: PaperView) -> bool:
    """Whether a number of something is asked for and no sentence of the paper puts a figure beside that thing."""
    asked = _COUNT.search(text)
    things = {stem(word) for word in words(asked.group(1)) if is_content(word)} if asked else set()
    if not things:
        return False
    for number in range(len(view.spans)):
        sentence = words(view.sentence(number))
        for place, word in enumerate(sentence):
            if (word[0].isdigit() or word in _FIGURE_WORDS) and things & {stem(w) for w in sentence[place : place + 6]}:
                return False
    return True


def _premise(text: str, first: PaperView) -> tuple[float, ...]:
    sentences = (first.sentence(number) for number in range(len(first.spans)))
    asks_why, contrary = why(text), contradiction(text, sentences) is not None
    return float(asks_why), float(contrary), float(asks_why and contrary)


def cover(terms: Sequence[Term], stems: frozenset[str]) -> float:
    """The share of the terms' weight that the stems hold."""
    whole = sum(term.weight for term in terms)
    return sum(term.weight for term in terms if term.stem in stems) / whole if whole else 0.0


def strange_names(text: str, found: Retrieval) -> list[str]:
    """The names in a question that no retrieved paper knows: of methods, and other capitalised words."""
    held = frozenset().union(*(view.stems for view in found.views.values()))
    corrected = {wrong.casefold() for wrong, _ in found.corrections}
    candidates = [*_NAME.findall(text), *(token for token in text.split() if names(token))]
    shown = {candidate.casefold(): candidate.strip("?.,;:!\"'()") for candidate in candidates}
    return [
        candidate
        for lower, candidate in shown.items()
        if lower not in corrected and not any(stem(w) in held for w in words(lower) if not w.isdigit())
    ]


def _pairs(found: Retrieval, view: PaperView) -> float:
    """Of the neighbouring content words of the question, the share that one sentence of the best paper holds."""
    pairs = list(zip(found.terms, found.terms[1:], strict=False))
    together = [any(a.stem in s and b.stem in s for s in view.sentence_stems) for a, b in pairs]
    return sum(together) / len(together) if together else 0.5
