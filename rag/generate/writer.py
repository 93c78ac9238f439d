"""Takes a model's text in, gives checked sentences out, and keeps what an answer is made of."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index import Index
from rag.compose.draft import UNSAID, Draft, marked
from rag.generate.attribute import Checked, ground
from rag.generate.layout import Piece, SentenceReader
from rag.generate.made import Made
from rag.generate.markers import Marked, parse
from rag.generate.passages import Passage
from rag.generate.policy import Policy
from rag.generate.prose import NO_PROSE, claim_of, leads, no_prose
from rag.generate.refusals import NOT_STATED, unsaid
from rag.generate.spans import Claim, Span
from rag.generate.strictness import Strictness
from rag.generate.table import Table
from rag.llms.base import LLM, Completion
from rag.schema import Event, Outcome, Pending, Sentence
from rag.verify.judge import Open, Source, judge
from rag.verify.protocol import Verifier

REPEATS = 2  # how often a model may say the same again before it is stopped
NOTHING_FOUND = "the model found no answer in the passages"
SOURCES = re.compile(r"^\W*(?:references|sources|citations|bibliography|works cited)\W*$", re.IGNORECASE)
_WORST = ("contradicted", "unchecked", "supported")


class Writer:
    """One answer in the making."""

    def __init__(
        self, passages: tuple[Passage, ...], verifier: Verifier, index: Index, policy: Policy, held: Strictness
    ) -> None:
        self._passages, self._verifier, self._index, self._policy = passages, verifier, index, policy
        self._held = held
        self._known = " ".join(passage.shown_text for passage in passages)
        self._letters = frozenset(self._known.casefold())
        self._made = Made(policy)
        self._unknown: dict[str, None] = {}
        self._said: dict[str, int] = {}
        self._lead = ""  # layout, headings and the like that wait for the sentence that they stand before
        self._table = Table()
        self._refused = False  # the model has opened with a refusal
        self._listing = False  # the model has come to its list of sources

    @property
    def supported(self) -> tuple[Sentence, ...]:
        """The sentences that are supported."""
        return self._made.supported

    @property
    def open(self) -> tuple[int, ...]:
        """The places of the sentences that a judge may settle."""
        return self._made.open

    def read(self, completion: Completion) -> Iterator[Event]:
        """Read the model's pieces to the end, or until it has said enough."""
        reader = SentenceReader()
        for text in completion:
            for piece in reader.feed(text):
                yield from self._take(piece)
            if self._enough():
                return
            if self._policy == "flag" and reader.rest:
                yield Pending(parse(reader.rest, len(self._passages), self._known).text)
        for piece in reader.end():
            if completion.finish == "stop" or piece.text.rstrip().endswith((".", "!", "?", "|")):
                yield from self._take(piece)
        if self._lead.strip() and not self._made.sentences and not self._refused:
            yield from self._keep(Checked(self._lead.strip(), (), None, "unchecked", "model", "it claims nothing"), "")

    def judged(self, llm: LLM, cancel: threading.Event | None) -> Iterator[Event]:
        """Ask the judge about all that is open, in one call; what it settles is revised."""
        places = self.open
        checked = [self._made.checked[place] for place in places]
        statements = [Open(one.text, self._rests_on(one)) for one in checked]
        sources = [
            Source(p.number, p.shown_title, tuple(zip(p.usable, p.sentences, strict=True))) for p in self._passages
        ]
        for place, found in zip(places, judge(llm, statements, sources, cancel), strict=True):
            if found is not None:
                spans = tuple(Span(self._passages[number - 1], sentence) for number, sentence in found.found)
                yield self._made.revise(place, found, spans)

    def draft(self, broken: str | None) -> Draft:
        """What has come of it."""
        kept = tuple(self._made.sentences)
        shown = tuple(s for s in kept if self._may_show(s))
        citations, unknown = self._made.citations, tuple(self._unknown)
        if self._refused:
            text = marked(shown) or None
            return Draft(
                kept, citations, "not_stated", (text and _refusal(shown)) or NOTHING_FOUND, text or "", unknown
            )
        notes = [broken] if broken else []
        if told := self._made.notes() if self._said else "the model wrote no sentence":
            notes.append(told)
        left = any(one.note == UNSAID for one in kept)
        outcome: Outcome = "answered" if shown else "not_stated"
        if (broken or left) and shown:
            outcome = "partial"
        text = marked(shown) if shown or self._said else None
        return Draft(kept, citations, outcome, "; ".join(notes) or None, text, unknown)

    def _may_show(self, sentence: Sentence) -> bool:
        """Whether it stands in the answer's text: what is no prose (an order, a loop) never does."""
        open_ = sentence.verdict == "unchecked" and not (sentence.note or "").startswith(NO_PROSE)
        return sentence.verdict == "supported" or (open_ and self._held.shows_unchecked)

    def _take(self, piece: Piece) -> Iterator[Event]:
        if self._listing or (self._said and SOURCES.match(piece.text)):
            self._listing = True
            return
        if piece.row:
            yield from self._row(piece)
            return
        self._table = Table()
        read = self._parsed(piece.text)
        if not read.text:
            return
        key = re.sub(r"\W+", " ", read.text).strip().casefold()
        self._said[key] = self._said.get(key, 0) + 1
        if self._said[key] > 1:
            return
        if not self._made.sentences and unsaid(read.text, bool(read.cites)):
            self._refused = True
        if leads(piece.lead, piece.text, read.text, bool(read.cites)) and not NOT_STATED.match(read.text):
            self._lead += piece.lead + read.text
            return
        checked = self._check(read)
        if checked is not None:
            yield from self._keep(checked, piece.lead)

    def _row(self, piece: Piece) -> Iterator[Event]:
        """A row of a table: its head waits for the first row; each cell that cites is checked by itself."""
        cells = tuple(self._parsed(cell) for cell in piece.row)
        claims = self._table.claims(cells)
        shown = self._table.shown(piece.row, cells)
        if claims is None:
            self._lead += piece.lead + shown
            return
        self._said[shown] = 1
        found = [self._ground(claim) for claim in claims]
        worst = min(found, key=lambda one: _WORST.index(one.verdict)) if found else None
        spans = tuple(dict.fromkeys(span for one in found for span in one.spans))
        checked = Checked(shown, spans, None, "unchecked", "model", "it cites nothing")
        if worst is not None:
            checked = replace(worst, text=shown, spans=spans)
        yield from self._keep(checked, piece.lead)

    def _keep(self, checked: Checked, lead: str) -> Iterator[Event]:
        """Show a sentence, behind the layout that waits for it."""
        shown = self._made.keep(checked, self._lead + lead)
        if shown is not None:
            self._lead = ""
            yield shown

    def _parsed(self, raw: str) -> Marked:
        """A piece without its markers; a sentence number that its passage does not have is reported."""
        read = parse(raw, len(self._passages), self._known)
        self._unknown.update(dict.fromkeys(read.unknown))
        for number, part in read.cites:
            if part is not None and self._passages[number - 1].cited(part) is None:
                self._unknown[f"[{number}.{part}]"] = None
        return read

    def _check(self, read: Marked) -> Checked | None:
        if unsaid(read.text, bool(read.cites)):
            text = NOT_STATED.sub("", read.text)
            if not text:
                return None
            return Checked(text[:1].upper() + text[1:], (), None, "unchecked", "model", UNSAID)
        if why := no_prose(read.text, self._letters):
            return Checked(read.text, (), None, "unchecked", "attributed", why)
        return replace(self._ground(Claim(claim_of(read.text), read.cites)), text=read.text)

    def _ground(self, claim: Claim) -> Checked:
        embed = self._index.embedder.embed_query
        return ground(claim, self._passages, self._verifier, embed, recites=self._held.recites)

    def _rests_on(self, checked: Checked) -> tuple[int, ...]:
        return tuple(sorted({span.passage.number for span in checked.spans}))

    def _enough(self) -> bool:
        return self._listing or len(self._said) >= self._held.sentences or any(n > REPEATS for n in self._said.values())


def _refusal(shown: Sequence[Sentence]) -> str:
    """The model's own words for what is not stated."""
    return next((sentence.text for sentence in shown if sentence.note == UNSAID), shown[0].text)
