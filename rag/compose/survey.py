"""Corpus questions ("which papers …", "how many …"): every paper is looked at, and each that qualifies says why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Filter, Index
from index.schema import Paper
from rag.compose.citations import cite, cite_record
from rag.compose.draft import Draft
from rag.compose.metadata import describe
from rag.question.kind import Question
from rag.question.topic import Topic, read_topic
from rag.retrieve.paper_view import PaperView
from rag.retrieve.retriever import Retriever
from rag.retrieve.sentence_features import LINK
from rag.schema import Citation, Sentence
from rag.text.words import words

SHOWN = 50  # papers listed at most; the count is of all
WHOLE, PART = 0.99, 0.45  # share of a topic's weight that one sentence holds: enough alone, or with likeness
LIKE = 2.0  # standard deviations over the mean similarity of all papers
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that qualifies: how well, and by which sentence (None: by its metadata alone)."""

    view: PaperView
    strength: float
    number: int | None


@dataclass(frozen=True, slots=True)
class _Measured:
    """How well each of the topic's alternatives is covered by a paper's sentences, and the most similar sentence."""

    view: PaperView
    covered: tuple[float, ...]
    number: int | None
    cosine: float
    named: int | None


def survey(index: Index, retriever: Retriever, question: Question, where: Filter | None = None) -> Draft:
    """Every paper that qualifies, each with the sentence that qualifies it."""
    papers = index.papers()
    chosen = index.select(where).paper_ids if where else frozenset(paper.paper_id for paper in papers)
    organisations = frozenset(paper.organisation.casefold() for paper in papers if paper.organisation)
    topic = read_topic(retriever.corrected(question.text), organisations)
    eligible, unknown = _eligible([paper for paper in papers if paper.paper_id in chosen], topic)
    matches = _matches(index, retriever, topic, eligible)
    found = _count(len(matches))
    if topic.order:
        first, undated = topic.order.pick([match.view.paper for match in matches])
        found = f"{topic.order.text[0].upper()}{topic.order.text[1:]} of {found}"
        found += f", {undated} of which give no {topic.order.by}" if undated else ""
        matches = [Match(match.view, 0.0, None) for paper in first for match in matches if match.view.paper is paper]
    looked = f"{found}; {len(chosen)} of {len(papers)} looked at"
    if unknown:
        looked += f", {unknown} of which do not say ({', '.join(c.text for c in topic.conditions)})"
    if not matches:
        return Draft((), (), "not_in_corpus", f"No paper qualifies; {looked.split('; ', 1)[1]}.")
    return _listed(index, matches, looked)


def _eligible(papers: Sequence[Paper], topic: Topic) -> tuple[list[Paper], int]:
    """The papers whose metadata meet the conditions, and how many do not say."""
    verdicts = [(paper, [condition.holds(paper) for condition in topic.conditions]) for paper in papers]
    unknown = sum(None in held and False not in held for _, held in verdicts)
    return [paper for paper, held in verdicts if all(held)], unknown


def _matches(index: Index, retriever: Retriever, topic: Topic, eligible: Sequence[Paper]) -> list[Match]:
    views = _views(retriever, [paper.paper_id for paper in eligible])
    if not topic.alternatives and not topic.names:
        return [Match(view, 0.0, None) for view in views]
    vector = index.embedder.embed_query(topic.text)
    weights = _weights(index, topic)
    measured = [_measure(view, topic, weights, vector) for view in views]
    named = [m for m in measured if m.named is not None]
    if named:
        return [Match(m.view, m.cosine, m.named) for m in sorted(named, key=lambda m: -m.cosine)]
    cosines = np.array([m.cosine for m in measured]) if measured else np.zeros(1)
    mean, spread = float(cosines.mean()), float(cosines.std()) + 1e-6
    found = []
    for m in measured:
        strength, like = max(m.covered, default=0.0), (m.cosine - mean) / spread
        if strength >= WHOLE or (strength >= PART and like >= LIKE):
            found.append(Match(m.view, strength + like / 10, m.number))
    return sorted(found, key=lambda match: -match.strength)


def _views(retriever: Retriever, paper_ids: Sequence[str]) -> Iterator[PaperView]:
    for start in range(0, len(paper_ids), BATCH):
        yield from retriever.views.of(paper_ids[start : start + BATCH]).values()


def _weights(index: Index, topic: Topic) -> dict[str, float]:
    spoken = {stem: word for alternative in topic.alternatives for stem, word in alternative.items()}
    papers = index.document_frequencies(tuple(spoken.values()))
    total = len(index.papers())
    return {stem: math.log(1 + (total + 1) / (papers[word] + 0.5)) for stem, word in spoken.items()}


def _measure(view: PaperView, topic: Topic, weights: dict[str, float], vector: NDArray[np.float32]) -> _Measured:
    cosines = view.vectors @ vector
    usable = [n for n in view.usable() if not LINK.search(view.sentence(n))] or view.usable()
    covered, best, number = [], 0.0, max(usable, key=lambda n: float(cosines[n]), default=None)
    for alternative in topic.alternatives:
        whole = sum(weights[stem] for stem in alternative)
        shares = [
            sum(weights[s] for s in alternative if s in view.sentence_stems[n] or s in view.title_stems) / whole
            for n in usable
        ]
        covered.append(max(shares, default=0.0))
        if covered[-1] > best:
            own = {n: sum(weights[s] for s in alternative if s in view.sentence_stems[n]) for n in usable}
            best, number = covered[-1], max(usable, key=lambda n: (own[n], float(cosines[n])))
    return _Measured(view, tuple(covered), number, float(cosines.max(initial=0)), _named(view, topic))


def _named(view: PaperView, topic: Topic) -> int | None:
    """The first sentence that holds one of the names, or the first of all where the title does; else None."""
    usable = view.usable()
    for number, text in [*((n, view.sentence(n)) for n in usable), *((n, view.paper.title) for n in usable[:1])]:
        tokens = words(text)
        for name in topic.names:
            spaced = any(tuple(tokens[place : place + len(name)]) == name for place in range(len(tokens)))
            if spaced or "".join(name) in tokens:
                return number
    return None


def _count(number: int) -> str:
    return f"{number} paper{'s' * (number != 1)}"


def _listed(index: Index, matches: Sequence[Match], looked: str) -> Draft:
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    lines = [f"{looked}{f'; the first {SHOWN}' if len(matches) > SHOWN else ''}:"]
    for marker, match in enumerate(matches[:SHOWN], 1):
        paper = match.view.paper
        if match.number is None or not match.view.spans:
            citations.append(cite_record(marker, paper))
            text = said = describe(paper)
        else:
            citations.append(cite(marker, paper, index.chunks(paper.paper_id), *match.view.spans[match.number]))
            text = citations[-1].quote
            said = f"{paper.title}: “{text}”"
        sentences.append(Sentence(text, (marker,), 1.0, "supported", "recited"))
        lines.append(f"- {said} [{marker}]")
    return Draft(tuple(sentences), tuple(citations), "answered", looked, "\n".join(lines))
