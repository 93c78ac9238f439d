"""An answer from a language model, sentence by sentence: prompt, stream, resolve, check, and only then show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from index import Index
from index.errors import ModelError
from rag.compose.draft import Draft, marked
from rag.generate.passages import contexts, gather
from rag.generate.policy import Policy
from rag.generate.prompt import answer_messages, answer_schema
from rag.generate.strictness import NORMAL, Strictness
from rag.generate.writer import NOTHING_FOUND, Writer
from rag.llms.base import LLM
from rag.retrieve.retriever import Retrieval
from rag.schema import Citation, Event, Sentence, Stage, Table, Verified
from rag.verify.protocol import Verifier

HEADING = "\n\nFrom the papers, word for word:\n\n"
Making = Generator[Event, None, Draft]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a model is asked and held. judge: the model that is asked about open sentences; None for no judge.

    constrain: hold the model to a JSON schema, where its engine can. turns: questions and answers before this one.
    """

    policy: Policy = "flag"
    papers: int = 5
    strictness: Strictness = NORMAL
    judge: LLM | None = None
    constrain: bool = False
    turns: tuple[tuple[str, str], ...] = ()


def generate(
    question: str,
    found: Retrieval,
    *,
    index: Index,
    llm: LLM,
    verifier: Verifier,
    manner: Manner | None = None,
    cancel: threading.Event | None = None,
) -> Making:
    """Have the model answer from the first hits. Raises ModelError when it fails before anything is shown."""
    manner = manner or Manner()
    constrained = manner.constrain and llm.constrains
    held = manner.strictness
    messages, passages = answer_messages(
        question,
        gather(index, found, manner.papers),
        window=llm.context_window,
        max_tokens=min(held.tokens, llm.context_window // 4),
        count=llm.count_tokens,
        asks=held.asks,
        turns=manner.turns,
        constrained=constrained,
    )
    yield Stage("generate", llm.name)
    writer = Writer(passages, verifier, index, manner.policy, held)
    schema = answer_schema(passages) if constrained else None
    completion = llm.stream(
        messages, max_tokens=min(held.tokens, llm.context_window // 4), schema=schema, cancel=cancel
    )
    broken: str | None = None
    try:
        yield from writer.read(completion)
    except ModelError as error:
        if not writer.supported:
            raise
        broken = f"broken off: {error}"
    finally:
        completion.close()
    if completion.finish == "cancelled":
        broken = "the model was stopped"
    elif manner.judge is not None and held.judges and writer.open:
        yield Stage("judge", manner.judge.name)
        yield from writer.judged(manner.judge, cancel)
    prompt = "\n\n".join(f"{message.role}: {message.content}" for message in messages)
    return replace(
        writer.draft(broken), model=llm.name, usage=completion.usage, prompt=prompt, contexts=contexts(passages)
    )


def generate_or_quote(making: Making, quote: Callable[[], Draft] | None) -> Making:
    """The model's answer; where it fails, or nothing of it is supported, quotes follow, under a heading of their own.

    Without ``quote`` a failure is raised, and an answer without support stays what it is.
    """
    draft = Draft((), ())
    try:
        draft = yield from making
    except ModelError as error:
        if quote is None:
            raise
        reason = str(error)
    else:
        told = any(sentence.verdict == "supported" for sentence in draft.sentences)
        refused = draft.outcome == "not_stated" and (draft.text or draft.reason == NOTHING_FOUND)
        if quote is None or told or refused or draft.outcome == "partial":
            return draft
        reason = draft.reason or ""
    quoted = quote()
    yield Stage("quote", reason)
    sentences, citations = renumbered(quoted, len(draft.citations))
    if draft.text and sentences:
        sentences = (replace(sentences[0], lead=HEADING), *sentences[1:])
    for sentence in sentences:
        yield Verified(sentence, tuple(c for c in citations if c.marker in sentence.markers))
    shown = tuple(s for s in draft.sentences if draft.text)
    kept = quoted.text if quoted.text and not draft.text and not draft.citations else marked(sentences)
    text = f"{draft.text or ''}\n\n{kept}".strip()
    return replace(
        quoted,
        sentences=(*draft.sentences, *sentences),
        citations=(*draft.citations, *citations),
        table=_moved(quoted.table, len(draft.citations)),
        text=text,
        outcome="partial" if shown and quoted.outcome == "answered" else quoted.outcome,
        reason=f"quoted from the papers, because {reason}",
        unknown_markers=draft.unknown_markers,
        model=draft.model if shown else quoted.model,
        usage=draft.usage,
        prompt=draft.prompt,
    )


def _moved(table: Table | None, after: int) -> Table | None:
    """A comparison with the markers of its cells moved as those of the quotes are."""
    if table is None:
        return None
    rows = [
        replace(r, cells=tuple(replace(c, markers=tuple(m + after for m in c.markers)) for c in r.cells))
        for r in table.rows
    ]
    return replace(table, rows=tuple(rows))


def renumbered(quoted: Draft, after: int) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Sentences and citations of quotes with numbers of their own, behind those that were given out already."""
    sentences: Sequence[Sentence] = quoted.sentences
    moved = tuple(replace(s, markers=tuple(marker + after for marker in s.markers)) for s in sentences)
    return moved, tuple(replace(c, marker=c.marker + after) for c in quoted.citations)
