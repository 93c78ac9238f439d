"""An answer from a language model, sentence by sentence: prompt, stream, resolve, check, and only then show."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from index import Index
from index.errors import ModelError
from rag.compose.citations import cite
from rag.compose.draft import Draft, marked
from rag.generate.attribute import Checked, Span, ground
from rag.generate.coherence import foreign, loops, says_nothing, size, tied
from rag.generate.markers import Marked, SentenceReader, parse
from rag.generate.passages import Passage, contexts, gather
from rag.generate.policy import Policy, act
from rag.generate.prompt import answer_messages, answer_schema
from rag.generate.right_paper import Guard
from rag.llms.base import LLM, Completion
from rag.retrieve.retriever import Retrieval
from rag.schema import Citation, Event, Outcome, Pending, Sentence, Stage, Verified
from rag.text.injection import suspicion
from rag.verify.protocol import Verifier

MAX_TOKENS = 320
LONGEST = 8  # sentences of a model that does not stop by itself
REPEATS = 2  # how often a model may say the same again before it is stopped
SHORTEST = 3  # words; less is no sentence
NOTHING_FOUND = "the model found no answer in the passages"
NOT_STATED = re.compile(r"^\W*not[ _]stated\b", re.IGNORECASE)
SOURCES = re.compile(r"^\W*(?:references|sources|citations|bibliography|works cited)\W*$", re.IGNORECASE)
Making = Generator[Event, None, Draft]


def generate(
    found: Retrieval,
    *,
    index: Index,
    llm: LLM,
    verifier: Verifier,
    policy: Policy = "flag",
    papers: int = 5,
    constrain: bool = False,
    cancel: threading.Event | None = None,
) -> Making:
    """Have the model answer from the first hits. Raises ModelError when it fails before anything is supported.

    constrain: hold the model to a JSON schema, where its engine can.
    """
    constrained = constrain and llm.constrains
    messages, passages = answer_messages(
        found.question,
        gather(index, found, papers),
        window=llm.context_window,
        max_tokens=MAX_TOKENS,
        count=llm.count_tokens,
        constrained=constrained,
    )
    yield Stage("generate", llm.name)
    within = index.select(found.where).paper_ids if found.where else None
    writer = Writer(passages, verifier, index, policy, Guard(index, verifier, within))
    schema = answer_schema(len(passages)) if constrained else None
    completion = llm.stream(messages, max_tokens=MAX_TOKENS, schema=schema, cancel=cancel)
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
    prompt = "\n\n".join(f"{message.role}: {message.content}" for message in messages)
    return replace(
        writer.draft(broken), model=llm.name, usage=completion.usage, prompt=prompt, contexts=contexts(passages)
    )


def generate_or_quote(making: Making, quote: Callable[[], Draft] | None) -> Making:
    """The model's answer; where it fails, or nothing of it is supported, the quoting answer with a line saying why.

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
        if quote is None or draft.outcome != "not_stated" or draft.reason == NOTHING_FOUND:
            return draft
        reason = draft.reason or ""
    quoted = quote()
    yield Stage("quote", reason)
    for sentence in quoted.sentences:
        yield Verified(sentence, tuple(c for c in quoted.citations if c.marker in sentence.markers))
    return replace(
        quoted,
        reason=f"quoted from the papers, because {reason}",
        unknown_markers=draft.unknown_markers,
        usage=draft.usage,
        prompt=draft.prompt,
    )


class Writer:
    """Takes a model's text in, gives checked sentences out, and keeps what an answer is made of."""

    def __init__(
        self, passages: tuple[Passage, ...], verifier: Verifier, index: Index, policy: Policy, guard: Guard
    ) -> None:
        self._passages, self._verifier, self._index, self._policy = passages, verifier, index, policy
        self._guard = guard
        self._known = " ".join(passage.shown_text for passage in passages)
        self._letters = frozenset(self._known.casefold())
        self._sentences: list[Sentence] = []
        self._citations: dict[tuple[str, int], Citation] = {}
        self._unknown: dict[str, None] = {}
        self._said: dict[str, int] = {}
        self._withheld = 0
        self._topic: frozenset[str] | None = None  # the papers that the sentence before rests on; None at the beginning
        self._not_stated = False
        self._listing = False  # the model has come to its list of sources

    @property
    def supported(self) -> tuple[Sentence, ...]:
        """The sentences that are supported: the answer."""
        return tuple(sentence for sentence in self._sentences if sentence.verdict == "supported")

    def read(self, completion: Completion) -> Iterator[Event]:
        """Read the model's pieces to the end, or until it has said enough."""
        reader = SentenceReader()
        for piece in completion:
            for raw in reader.feed(piece):
                yield from self._take(raw)
            if self._enough():
                return
            if self._policy == "flag" and reader.rest:
                yield Pending(parse(reader.rest, len(self._passages), self._known).text)
        for raw in reader.end():
            if completion.finish == "stop" or raw.rstrip().endswith((".", "!", "?")):
                yield from self._take(raw)

    def draft(self, broken: str | None) -> Draft:
        """What has come of it."""
        shown, held = tuple(self._sentences), self.supported
        written = len(self._said) > 0
        missed = len(shown) - len(held) + self._withheld
        if self._not_stated and not held:
            return Draft((), (), "not_stated", NOTHING_FOUND, "", tuple(self._unknown))
        notes = [broken] if broken else []
        if not held:
            none = f"none of the model's {missed} sentences is" if missed > 1 else "the model's one sentence is not"
            if missed or not broken:
                notes.append(f"{none} supported by the papers" if missed else "the model wrote no sentence")
        elif missed:
            notes.append(f"{missed} of {len(held) + missed} sentences not supported by the papers")
        outcome: Outcome = "partial" if broken and held else "answered" if held else "not_stated"
        return Draft(
            shown,
            tuple(sorted(self._citations.values(), key=lambda c: c.marker)),
            outcome,
            "; ".join(notes) or None,
            marked(held) if held or written else None,
            tuple(self._unknown),
        )

    def _take(self, raw: str) -> Iterator[Event]:
        if self._listing or (self._said and SOURCES.match(raw)):
            self._listing = True
            return
        if not self._said and NOT_STATED.match(raw):
            self._not_stated = True
            return
        read = parse(raw, len(self._passages), self._known)
        self._unknown.update(dict.fromkeys(read.unknown))
        key = re.sub(r"\W+", " ", read.text).strip().casefold()
        self._said[key] = self._said.get(key, 0) + 1
        if size(read.text) < SHORTEST or self._said[key] > 1 or says_nothing(read.text):
            return
        checked = act(self._policy, self._check(read))
        if checked is None or (checked.origin == "recited" and self._cited(checked.spans[0])):
            self._withheld += 1
            return
        new = len(self._citations)
        sentence = Sentence(
            checked.text,
            tuple(sorted(self._marker(span) for span in checked.spans)),
            checked.support,
            checked.verdict,
            checked.origin,
            checked.note,
        )
        self._sentences.append(sentence)
        yield Verified(sentence, tuple(list(self._citations.values())[new:]))

    def _check(self, read: Marked) -> Checked:
        odd = suspicion(read.text) or ("it repeats itself" if loops(read.text) else None)
        strange = "it is not in the language of the papers" if foreign(read.text, self._letters) else None
        why = f"not prose: {odd}" if odd else strange
        if why:
            self._topic = frozenset()
            return Checked(read.text, (), None, "unchecked", "attributed", why)
        embed = self._index.embedder.embed_query
        found = self._guard.place(ground(read.text, read.numbers, self._passages, self._verifier, embed))
        checked = tied(found, self._topic)
        self._topic = checked.papers if checked.verdict == "supported" else frozenset()
        return checked

    def _cited(self, span: Span) -> bool:
        return (span.passage.paper.paper_id, span.number) in self._citations

    def _marker(self, span: Span) -> int:
        """The number of a span in this answer; spans are numbered as they come."""
        key = (span.passage.paper.paper_id, span.number)
        if key not in self._citations:
            start, end = span.passage.view.spans[span.number]
            marker = len(self._citations) + 1
            self._citations[key] = cite(marker, span.passage.paper, span.passage.chunks, start, end)
        return self._citations[key].marker

    def _enough(self) -> bool:
        return (
            self._not_stated
            or self._listing
            or len(self._said) >= LONGEST
            or any(n > REPEATS for n in self._said.values())
        )
