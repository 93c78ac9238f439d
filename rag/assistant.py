"""Retrieve, compose, verify, seal: from a question to an ``Answer``."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import Filter, Index, open_or_demo
from index.errors import InputError, UnknownPaper
from rag.compose.draft import SIGN, Draft, marked
from rag.compose.receipt import receipt
from rag.drafting import Drafting
from rag.generate.policy import Policy, check_policy
from rag.generate.rephrase import rephrase
from rag.generate.strictness import strictness_of
from rag.llms import LLM, as_llm
from rag.question.description import as_question
from rag.question.followup import Turn
from rag.question.kind import understand
from rag.refuse.abstain import nearest
from rag.refuse.languages import with_languages
from rag.refuse.meant import meant_papers
from rag.refuse.undated import undated
from rag.retrieve.retriever import Retrieval, Retriever
from rag.retrieve.turns import read
from rag.schema import Answer, Event, Finished, SearchResult, Stage
from rag.verify.factory import get_verifier, known
from rag.verify.protocol import Verifier

TRIES = 4  # how often a question is asked while the index changes under it
MOST_CHARACTERS = 10_000
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
        draft = refusal or (yield from self._drafting().draft(asked, found, cancel, sure=sure, turns=spoken(history)))
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
            self._verifier = get_verifier(self._verifier, llm=self.llm)
        return self._verifier

    def _judge(self, given: Any) -> LLM | None:
        """The model that judges; a name that is none of ours is the name of a model."""
        if given == "none" or (given == "auto" and not self.strictness.judges):
            return None
        return self.llm if given in ("auto", "llm") else as_llm(given)

    def _drafting(self) -> Drafting:
        return Drafting(
            self.index,
            self.retriever,
            self.llm,
            lambda: self.verifier,
            self.judge,
            self.strictness,
            self.policy,
            self.top_k,
            self.abstain,
            self.fallback,
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
