"""From what was retrieved to a draft: quoted, written by a model, or the reason why there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from index import Index
from rag.compose import metadata
from rag.compose.comparison import compare
from rag.compose.draft import Draft
from rag.compose.extractive import closest, compose
from rag.compose.survey import survey
from rag.generate.generate import Making, Manner, generate, generate_or_quote
from rag.generate.policy import Policy
from rag.generate.strictness import Strictness
from rag.llms import LLM
from rag.question.kind import Question
from rag.read.readings import Readings, weigh
from rag.refuse.abstain import Judgement, judge, title_alone
from rag.refuse.languages import ACROSS, across, by_meaning
from rag.retrieve.retriever import Retrieval, Retriever
from rag.schema import Verified
from rag.verify.protocol import Verifier

SURVEYED = 12  # papers of a survey that a model writes from


@dataclass(frozen=True, slots=True)
class Drafting:
    """What a draft is made with; the fields are those of ``Assistant``. verifier: loads it when it is first needed."""

    index: Index
    retriever: Retriever
    llm: LLM | None
    verifier: Callable[[], Verifier]
    judge: LLM | None
    strictness: Strictness
    policy: Policy
    top_k: int
    abstain: bool
    fallback: bool

    def draft(
        self,
        asked: Question,
        found: Retrieval,
        cancel: threading.Event | None,
        *,
        sure: bool,
        turns: tuple[tuple[str, str], ...],
    ) -> Making:
        """The draft: without a model where none is needed, else by the model, sentence by sentence.

        ``sure``: the question names the authors of the papers found, so that they are the ones meant.
        """
        compared = compare(self.index, self.retriever, asked.compared) if asked.compared else None
        surveyed = survey(self.index, self.retriever, asked.library, found.where) if asked.library else compared
        if surveyed is not None:
            draft = surveyed
            if self.llm is not None and self.strictness.surveys and written(asked, draft):
                return (yield from self._from_survey(asked, draft, found, cancel, turns))
        else:
            readings = weigh(asked, found, self.top_k)
            judgement = Judgement("answered")
            if (self.abstain and not sure) or not found.hits:
                judgement = judge(asked, found, readings, self.index.embedder.name)
            if across(asked.text, found, self.index.embedder.name):
                readings, judgement = by_meaning(found, readings), Judgement("closest", ACROSS)
            if found.hits and not readings.candidates and not asked.attributes:
                judgement = title_alone(found)
            if judgement.outcome in ("not_in_corpus", "not_stated"):
                draft = Draft((), (), judgement.outcome, judgement.reason)
            elif metadata.states(asked, found.hits[0].paper):
                draft = metadata.answer(asked, found.hits[0].paper)
            elif self.llm is not None:
                quote = (lambda: self._quote(asked, found, readings, judgement)) if self.fallback else None
                return (
                    yield from generate_or_quote(self._generate(asked.text, found, self.top_k, cancel, turns), quote)
                )
            else:
                draft = self._quote(asked, found, readings, judgement)
        for sentence in draft.sentences:
            if cancel is not None and cancel.is_set():
                break
            yield Verified(sentence, tuple(c for c in draft.citations if c.marker in sentence.markers))
        return draft

    def _quote(self, asked: Question, found: Retrieval, readings: Readings, judgement: Judgement) -> Draft:
        """The answer in the papers' own sentences, or those that come closest to one."""
        if judgement.outcome == "closest":
            draft = closest(self.index, found, readings)
        else:
            draft = compose(self.index, asked, found, readings)
        return replace(draft, outcome=judgement.outcome, reason=judgement.reason)

    def _from_survey(
        self,
        asked: Question,
        surveyed: Draft,
        found: Retrieval,
        cancel: threading.Event | None,
        turns: tuple[tuple[str, str], ...],
    ) -> Making:
        """The model's answer from the papers that a survey found; the survey itself where it fails."""
        papers = list(dict.fromkeys(citation.paper_id for citation in surveyed.citations))[:SURVEYED]
        within = self.retriever.look(asked.text, limit=SURVEYED, where=found.where, within=frozenset(papers))
        quote = (lambda: surveyed) if self.fallback else None
        making = self._generate(asked.text, within, SURVEYED, cancel, turns)
        draft = yield from generate_or_quote(making, quote)
        return replace(draft, reason=draft.reason or surveyed.reason)

    def _generate(
        self,
        question: str,
        found: Retrieval,
        papers: int,
        cancel: threading.Event | None,
        turns: tuple[tuple[str, str], ...],
    ) -> Making:
        assert self.llm is not None
        manner = Manner(self.policy, papers, self.strictness, self.judge, False, turns)
        return generate(
            question, found, index=self.index, llm=self.llm, verifier=self.verifier(), manner=manner, cancel=cancel
        )


def written(asked: Question, surveyed: Draft) -> bool:
    """Whether a model may write from what was found: it has quotes to write from, and no number was asked for."""
    counted = asked.library is not None and asked.library.number
    return not counted and any(citation.quote for citation in surveyed.citations)
