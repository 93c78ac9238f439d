"""Retrieve, compose, verify, seal: from a question to an ``Answer``."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import Filter, Index, demo_index, open_index
from index.errors import IndexMissing, InputError, UnknownPaper
from rag.compose import metadata
from rag.compose.comparison import compare
from rag.compose.draft import SIGN, Draft, marked
from rag.compose.extractive import closest, compose
from rag.compose.receipt import receipt
from rag.compose.survey import survey
from rag.generate.generate import Making, Manner, generate, generate_or_quote
from rag.generate.policy import Policy, check_policy
from rag.generate.rephrase import rephrase
from rag.generate.strictness import strictness_of
from rag.llms import LLM, as_llm
from rag.question.description import as_question
from rag.question.followup import Turn
from rag.question.kind import Question, understand
from rag.read.readings import Readings, weigh
from rag.refuse.abstain import Judgement, judge, nearest, title_alone
from rag.refuse.languages import ACROSS, across, by_meaning, with_languages
from rag.refuse.meant import meant_papers
from rag.refuse.undated import undated
from rag.retrieve.retriever import Retrieval, Retriever
from rag.retrieve.turns import read
from rag.schema import Answer, Event, Finished, SearchResult, Stage, Verified
from rag.verify.factory import get_verifier, known
from rag.verify.protocol import Verifier

TRIES = 4  # how often a question is asked while the index changes under it
MOST_CHARACTERS = 10_000
SURVEYED = 12  # papers of a survey that a model writes from
TURNS = 3  # earlier questions and answers that a model sees
HITS = 10  # papers retrieved for an answer; the composer looks at the first ``top_k``


class Assistant:
    """Answers questions over an index. Without an LLM it quotes; safe to share between threads.

    top_k: how many papers the answer may draw from. abstain: whether it may refuse. fallback: whether the quoting
    composer takes over where the LLM fails. policy: what becomes of a sentence that its citations do not support.
    strictness: how the model is held, see ``rag.generate.strictness``. judge: the model that is asked about sentences
    that the verifier leaves open: "auto" and "llm" are the answering one unless it is tiny, "none" is none.
    """

    def __init__(
        self,
        index: Index,
        *,
        llm: Any = None,
        verifier: Verifier | str = "auto",
        retriever: Retriever | None = None,
        policy: Policy = "flag",
        top_k: int = 5,
        abstain: bool = True,
        fallback: bool = True,
        strictness: str = "auto",
        judge: Any = "auto",
    ) -> None:
        if top_k < 1:
            raise InputError(f"top_k must be at least 1, not {top_k}")
        self.index = index
        self.llm = as_llm(llm)
        self._verifier = known(verifier)
        self.retriever = retriever or Retriever(index)
        self.policy, self.top_k, self.abstain, self.fallback = check_policy(policy), top_k, abstain, fallback
        self.strictness = strictness_of(strictness, self.llm)
        self.judge = self._judge(judge)

    def ask(self, question: str, *, where: Filter | None = None, history: Sequence[Turn] = ()) -> Answer:
        """The answer to a question."""
        for event in self.stream(question, where=where, history=history):
            if isinstance(event, Finished):
                return event.answer
        raise RuntimeError("a stream ends with Finished")

    def stream(
        self,
        question: str,
        *,
        where: Filter | None = None,
        history: Sequence[Turn] = (),
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """The making of an answer as events, the last of them ``Finished``.

        Where the index changes before the first sentence stands, the question is asked again of what it holds now:
        an answer rests on one state of the index.
        """
        check(question)
        for attempt in range(TRIES):
            generation, begun = self.index.manifest.generation, attempt == TRIES - 1
            try:
                for event in self._stream(question, where, history, cancel):
                    if not begun and not isinstance(event, Stage):
                        if self.index.manifest.generation != generation:
                            break
                        begun = True
                    yield event
                else:
                    return
            except UnknownPaper:
                if begun or self.index.manifest.generation == generation:
                    raise

    def _stream(
        self, question: str, where: Filter | None, history: Sequence[Turn], cancel: threading.Event | None
    ) -> Iterator[Event]:
        timings = [("", time.perf_counter())]
        reading = rephrase(question, read(question, history, self.retriever), history, self.llm, cancel)
        full = reading.text
        yield Stage("retrieve", full)
        asked = understand(question)
        full = full if asked.library else as_question(full)
        meant = meant_papers(full, asked, self.index)
        full = meant.rest or full
        found = self.retriever.look(full, limit=max(HITS, self.top_k), where=where, within=meant.paper_ids)
        timings.append(("retrieve", time.perf_counter()))
        yield Stage("compose")
        refusal = meant.refusal or undated(full, found, self.retriever) if self.abstain else None
        sure = meant.paper_ids is not None
        draft = refusal or (yield from self._compose(asked, found, cancel, sure=sure, turns=spoken(history)))
        draft = replace(draft, reason=draft.reason or meant.note)
        if not (asked.library or meant.refusal):
            draft = with_languages(draft, question, self.index)
        timings.append(("compose", time.perf_counter()))
        answer = self._seal(question, found, draft, where, timings)
        yield Finished(replace(answer, read_as=reading.told, table=draft.table))

    def search(self, question: str, *, limit: int = 10, where: Filter | None = None) -> SearchResult:
        """The papers closest to a question, with scores and where each score came from."""
        found = self.retriever.look(check(question), limit=limit, where=where)
        return SearchResult(found.hits, found.unknown_year)

    def as_retriever(self) -> Any:
        """A LlamaIndex retriever over this assistant's index."""
        from rag.llamaindex import retriever

        return retriever(self)

    def as_query_engine(self) -> Any:
        """A LlamaIndex query engine that answers with this assistant."""
        from rag.llamaindex import query_engine

        return query_engine(self)

    @property
    def verifier(self) -> Verifier:
        """What checks the sentences of a language model; loaded when first used."""
        if isinstance(self._verifier, str):
            self._verifier = get_verifier(self._verifier, embedder=self.index.embedder, llm=self.llm)
        return self._verifier

    def _judge(self, given: Any) -> LLM | None:
        """The model that judges; a name that is none of ours is the name of a model."""
        if given == "none" or (given == "auto" and not self.strictness.judges):
            return None
        return self.llm if given in ("auto", "llm") else as_llm(given)

    def _compose(
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
            question, found, index=self.index, llm=self.llm, verifier=self.verifier, manner=manner, cancel=cancel
        )

    def _seal(
        self,
        question: str,
        found: Retrieval,
        draft: Draft,
        where: Filter | None,
        timings: Sequence[tuple[str, float]],
    ) -> Answer:
        retrieved = tuple(chunk for hit in found.hits[: self.top_k] for chunk in hit.chunks)
        contexts = retrieved if draft.contexts is None else draft.contexts
        settings: dict[str, object] = {"top_k": self.top_k, "policy": self.policy, "abstain": self.abstain}
        if self.llm is not None:
            settings |= {"llm": self.llm.name, "fallback": self.fallback, "verifier": self.verifier.name}
            settings |= {"strictness": self.strictness.name, "judge": self.judge.name if self.judge else "none"}
            settings |= dict(self.llm.parameters)
        spent = tuple((name, now - before) for (_, before), (name, now) in pairwise(timings))
        return Answer(
            question,
            draft.text if draft.text is not None else marked(draft.sentences) or draft.reason or "",
            draft.sentences,
            draft.citations,
            draft.unknown_markers,
            contexts,
            draft.outcome,
            draft.reason,
            nearest(found) if draft.outcome != "answered" else (),
            draft.model,
            draft.usage,
            receipt(self.index.manifest, contexts, draft, where, settings),
            spent,
            more=draft.more,
            more_citations=draft.more_citations,
        )


def check(question: str) -> str:
    """The question, if it can be asked at all."""
    if not question.strip():
        raise InputError("the question is empty; ask something, such as: What is alignment faking?")
    if not question.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in question):
        raise InputError("the question is not text in UTF-8 (half a character, or another encoding); type it anew")
    if len(question) > MOST_CHARACTERS:
        raise InputError(f"the question has {len(question):,} characters; ask one of at most {MOST_CHARACTERS:,}")
    return question


def written(asked: Question, surveyed: Draft) -> bool:
    """Whether a model may write from what was found: it has quotes to write from, and no number was asked for."""
    counted = asked.library is not None and asked.library.number
    return not counted and any(citation.quote for citation in surveyed.citations)


def spoken(history: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    """The last turns as a model sees them: question and answer, without signs of what was not checked."""
    return tuple(
        (turn.question, turn.answer.text.replace(f" {SIGN}", "").replace(SIGN, "") if turn.answer else "")
        for turn in history[-TURNS:]
    )


def query(
    question: str,
    *,
    index: Index | str | Path | None = None,
    llm: Any = None,
    top_k: int = 5,
    where: Filter | None = None,
    verifier: Verifier | str = "auto",
    policy: Policy = "flag",
) -> Answer:
    """Ask one question. index: a path, an open Index, or None for your own index, else the demo corpus."""
    if isinstance(index, Index):
        return Assistant(index, llm=llm, top_k=top_k, verifier=verifier, policy=policy).ask(question, where=where)
    with open_or_demo(index) as opened:
        return Assistant(opened, llm=llm, top_k=top_k, verifier=verifier, policy=policy).ask(question, where=where)


def open_or_demo(path: str | Path | None = None, progress: Any = None) -> Index:
    """The index at a path; without a path the user's own index, or the demo corpus where there is none yet."""
    try:
        return open_index(path)
    except IndexMissing:
        if path is not None:
            raise
    return demo_index(progress)
