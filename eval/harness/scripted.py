"""A scripted assistant that ships: it says what it is told to say. For tests, demonstrations and your own adapters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.harness.setup import Setup, top_score
from eval.judges.scorers import CachedScorer, OverlapScorer
from eval.metrics.base import Tools
from index.errors import InputError
from index.schema import Chunk, Paper, ScoredChunk
from rag.schema import Answer, Citation, Outcome, PaperHit, Receipt, Sentence, Usage, Verdict

Said = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the assistant is to say: sentences, each with (paper_id, quote) pairs; the papers that it finds, best first.

    An outcome that is an abstention needs no sentences. fails: the message of an error to raise instead.
    """

    sentences: tuple[Said, ...] = ()
    found: tuple[str, ...] = ()
    outcome: Outcome = "answered"
    confidence: float = 1.0
    verdict: Verdict = "supported"
    fails: str | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """What its search returns."""

    hits: tuple[PaperHit, ...] = field(default=())


class ScriptedAssistant:
    """Answers from a mapping of question to Reply, or from a function; an unscripted question finds nothing."""

    def __init__(self, papers: Sequence[Paper], replies: Mapping[str, Reply] | Callable[[str], Reply]) -> None:
        self.papers = {paper.paper_id: paper for paper in papers}
        self._reply = replies if callable(replies) else lambda question: replies.get(question, SILENT)

    def ask(self, question: str, *, history: Sequence[Any] = ()) -> Answer:
        """The scripted answer, with real offsets for every quote that is in its paper."""
        reply = self._reply(question)
        if reply.fails is not None:
            raise InputError(reply.fails)
        citations = tuple(dict.fromkeys(pair for _, pairs in reply.sentences for pair in pairs))
        markers = {pair: marker for marker, pair in enumerate(citations, start=1)}
        sentences = tuple(
            Sentence(text, tuple(markers[p] for p in pairs), reply.confidence, reply.verdict, "model")
            for text, pairs in reply.sentences
        )
        shown = " ".join(s.text + "".join(f" [{m}]" for m in s.markers) for s in sentences)
        cited = tuple(self._citation(marker, *pair) for pair, marker in markers.items())
        receipt = Receipt("corpus", "index", "prompt", hashlib.sha256(shown.encode()).hexdigest(), "scripted")
        contexts = tuple(
            ScoredChunk(whole(self.papers[paper_id]), reply.confidence / rank, rank)
            for rank, paper_id in enumerate(reply.found, start=1)
        )
        return Answer(
            question, shown, sentences, cited, (), contexts, reply.outcome, None, (), "scripted", Usage(), receipt
        )

    def search(self, question: str, *, limit: int = 10) -> Hits:
        """The papers of the script, best first."""
        found = self._reply(question).found[:limit]
        return Hits(tuple(self._hit(paper_id, rank) for rank, paper_id in enumerate(found, start=1)))

    def _hit(self, paper_id: str, rank: int) -> PaperHit:
        chunk = ScoredChunk(whole(self.papers[paper_id]), 1 / rank, rank)
        return PaperHit(self.papers[paper_id], 1 / rank, rank, (chunk,))

    def _citation(self, marker: int, paper_id: str, quote: str) -> Citation:
        paper = self.papers[paper_id]
        start = max(paper.abstract.find(quote), 0)
        end = start + len(quote)
        return Citation(marker, paper_id, whole(paper).chunk_id, paper.title, quote, start, end, paper.abstract_sha256)


SILENT = Reply(outcome="not_in_corpus", confidence=0.0)


def whole(paper: Paper) -> Chunk:
    """The abstract of a paper as one chunk."""
    return Chunk(f"{paper.paper_id}#0", paper.paper_id, paper.title, paper.abstract, 0, len(paper.abstract))


def scripted_setup(
    papers: Sequence[Paper],
    replies: Mapping[str, Reply] | Callable[[str], Reply],
    forced: Mapping[str, Reply] | Callable[[str], Reply] | None = None,
) -> Setup:
    """A set-up around a scripted assistant; ``forced`` says what it would have answered with abstention off."""
    by_id = {paper.paper_id: paper for paper in papers}
    return Setup(
        assistant=ScriptedAssistant(papers, replies),
        forced=None if forced is None else ScriptedAssistant(papers, forced),
        papers=tuple(papers),
        chunks=lambda paper_id: (whole(by_id[paper_id]),),
        turn=lambda question, answer: (question, answer),
        confidence=top_score,
        tools=Tools(
            scorer=CachedScorer(OverlapScorer()), abstracts={paper.paper_id: paper.abstract for paper in papers}
        ),
        fingerprint=(("assistant", "scripted"),),
    )
