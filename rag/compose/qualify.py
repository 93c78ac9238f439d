"""Which papers qualify for a list: how well each covers the topic's own words, and how like it its sentences are.

A logistic model over these decides, with a threshold that aims at a stated precision (rag/fitted/lists.json, fitted by
eval/fit/lists.py). A word that half of the papers hold counts nothing: it tells none of them apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index import Index
from rag.fitted.logistic import Logistic, Table, from_json, stored
from rag.question.topic import Topic
from rag.read.readings import LINK
from rag.retrieve.paper_view import PaperView, Vectors
from rag.retrieve.retriever import Retriever
from rag.text.words import content, words

FEATURES = ("sentence", "paper", "title", "together", "cosine", "cosine_lead", "window_lead")
COMMON = 0.5  # the share of the papers from which on a word counts nothing
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that qualifies: how surely, and by which sentence (None: by its record alone)."""

    view: PaperView
    strength: float
    number: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A paper beside a topic: its features in the order of FEATURES, and the sentence that fits best."""

    view: PaperView
    number: int | None
    values: Table


def precision() -> float:
    """The precision that the threshold aims at."""
    return float(stored("lists.json")["precision"])


def qualify(index: Index, retriever: Retriever, topic: Topic, eligible: Sequence[str]) -> list[Match]:
    """Which of the eligible papers qualify, best first; all of them where no topic is given.

    Every paper of the index is measured, so that what is narrowed by a filter is judged as it would be without.
    """
    if not topic.alternatives and not topic.names:
        return [Match(view, 0.0, None) for view in retriever.views.of(eligible).values()]
    views = list(_views(retriever, [paper.paper_id for paper in index.papers()]))
    named = _named(views, topic)
    model, threshold = _fitted()
    measured = measure(index, views, topic, weigh(index, topic))
    rated = [(one, float(model.predict(one.values[None, :])[0])) for one in measured]
    topical = [pair for pair in rated if pair[1] >= threshold]
    holding = [pair for pair in rated if pair[0].view.paper.paper_id in named]
    if _more_than_names(topic):  # "code LLMs" are not all LLMs: the name alone qualifies only where nothing else does
        holding = [pair for pair in holding if pair in topical] or holding
    found = [
        Match(one.view, chance, named.get(one.view.paper.paper_id, one.number)) for one, chance in holding or topical
    ]
    chosen = set(eligible)
    return sorted((m for m in found if m.view.paper.paper_id in chosen), key=lambda match: -match.strength)


def _more_than_names(topic: Topic) -> bool:
    """Whether the topic has words beside the names in it."""
    own = {stem for name in topic.names for stem in content(" ".join(name))}
    return any(stem not in own for part in topic.alternatives for stem in part)


def measure(index: Index, views: Sequence[PaperView], topic: Topic, weights: Mapping[str, float]) -> list[Measured]:
    """The features of each paper; the leads are over the mean of all papers, in standard deviations."""
    if not views:
        return []
    vectors = [index.embedder.embed_query(" ".join(part.values())) for part in topic.alternatives]
    if not vectors:
        vectors = [index.embedder.embed_query(" ".join(word for name in topic.names for word in name))]
    rows, numbers = [], []
    for view in views:
        parts = zip(topic.alternatives or ({},), vectors, strict=True)
        best = [_beside(view, part, weights, vector) for part, vector in parts]
        values, number = max(best, key=lambda one: sum(one[0]))
        rows.append(values)
        numbers.append(number)
    table = np.array(rows, dtype=np.float64)
    for column in (-2, -1):
        table[:, column] = (table[:, column] - table[:, column].mean()) / (table[:, column].std() + 1e-6)
    return [Measured(view, number, row) for view, number, row in zip(views, numbers, table, strict=True)]


def weigh(index: Index, topic: Topic) -> dict[str, float]:
    """The weight of each of the topic's words, by how rare it is among the papers; common ones weigh nothing."""
    spoken = {stem: word for alternative in topic.alternatives for stem, word in alternative.items()}
    papers = index.document_frequencies(tuple(spoken.values()))
    total = len(index.papers())
    found = {stem: math.log(1 + (total + 1) / (papers[word] + 0.5)) for stem, word in spoken.items()}
    rare = {stem: 0.0 if papers[word] >= COMMON * total else found[stem] for stem, word in spoken.items()}
    return rare if any(rare.values()) else found


def _beside(
    view: PaperView, words_: Mapping[str, str], weights: Mapping[str, float], vector: Vectors
) -> tuple[list[float], int | None]:
    cosines = view.vectors @ vector
    usable = [n for n in view.usable() if not LINK.search(view.sentence(n))] or list(view.usable())
    whole = sum(weights[stem] for stem in words_) or 1.0

    def share(stems: frozenset[str]) -> float:
        return sum(weights[stem] for stem in words_ if stem in stems) / whole

    own = {n: share(view.sentence_stems[n]) for n in usable}
    number = max(usable, key=lambda n: own[n] + float(cosines[n]), default=None)
    sentence = max(own.values(), default=0.0)
    cosine = float(max((cosines[n] for n in usable), default=0.0))
    together = max((share(view.sentence_stems[n] | view.title_stems) for n in usable), default=share(view.title_stems))
    window = float((view.windows @ vector).max())
    return [sentence, share(view.stems), share(view.title_stems), together, cosine, cosine, window], number


def _named(views: Sequence[PaperView], topic: Topic) -> dict[str, int]:
    """The papers that hold one of the names, and where; none where nobody holds it, or half of the papers do."""
    held: dict[str, int] = {}
    for view in views:
        for name in topic.names:
            place = _place(view, name)
            if place is not None:
                held.setdefault(view.paper.paper_id, place)
    return held if len(held) < COMMON * len(views) else {}


def _place(view: PaperView, name: tuple[str, ...]) -> int | None:
    """The first sentence that holds a name, or the first of all where the title does; else None."""
    usable = view.usable()
    for number, text in [*((n, view.sentence(n)) for n in usable), *((n, view.paper.title) for n in usable[:1])]:
        tokens = words(text)
        spaced = any(tuple(tokens[place : place + len(name)]) == name for place in range(len(tokens)))
        if spaced or "".join(name) in tokens:
            return number
    return None


def _views(retriever: Retriever, paper_ids: Sequence[str]) -> Iterator[PaperView]:
    for start in range(0, len(paper_ids), BATCH):
        yield from retriever.views.of(paper_ids[start : start + BATCH]).values()


@lru_cache(maxsize=1)
def _fitted() -> tuple[Logistic, float]:
    kept = stored("lists.json")
    model = from_json(kept["model"])
    if model.features != FEATURES:
        raise ValueError("rag/fitted/lists.json was fitted on other features: run `python -m eval.fit lists`")
    return model, float(kept["threshold"])
