"""Takes a model's text in, gives checked sentences out, and keeps what an answer is made of."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index import Index
from rag.compose.citations import cite
from rag.compose.draft import UNSAID, Draft, marked
from rag.generate.attribute import Checked, ground
from rag.generate.layout import Piece, SentenceReader
from rag.generate.markers import Marked, parse
from rag.generate.passages import Passage
from rag.generate.policy import Policy, act
from rag.generate.prose import NO_PROSE, claim_of, leads, no_prose
from rag.generate.refusals import NOT_STATED, unsaid
from rag.generate.spans import Claim, Span
from rag.generate.strictness import Strictness
from rag.generate.table import Table
from rag.llms.base import LLM, Completion
from rag.schema import Citation, Event, Outcome, Pending, Revised, Sentence, Verified
from rag.verify.judge import Judged, Open, Source, judge
from rag.verify.protocol import Verifier

SURE = 0.95  # a supported sentence of this score needs no judge
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
        self._sentences: list[Sentence] = []
        self._checked: list[Checked] = []
        self._citations: dict[tuple[str, int], Citation] = {}
        self._unknown: dict[str, None] = {}
        self._said: dict[str, int] = {}
        self._lead = ""  # layout, headings and the like that wait for the sentence that they stand before
        self._table = Table()
        self._withheld = 0
        self._refused = False  # the model has opened with a refusal
        self._listing = False  # the model has come to its list of sources

    @property
    def supported(self) -> tuple[Sentence, ...]:
        """The sentences that are supported."""
        return tuple(sentence for sentence in self._sentences if sentence.verdict == "supported")

    @property
    def open(self) -> tuple[int, ...]:
        """The places of the sentences that a judge may settle: not checked, or supported without being sure."""
        return tuple(
            place
            for place, one in enumerate(self._checked)
            if one.note != UNSAID
            and not (one.note or "").startswith(NO_PROSE)
            and (one.verdict == "unchecked" or (one.verdict == "supported" and (one.support or 0.0) < SURE))
        )

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
        if self._lead.strip() and not self._sentences and not self._refused:
            yield from self._keep(Checked(self._lead.strip(), (), None, "unchecked", "model", "it claims nothing"), "")

    def judged(self, llm: LLM, cancel: threading.Event | None) -> Iterator[Event]:
        """Ask the judge about all that is open, in one call; what it settles is revised."""
        places = self.open
        statements = [Open(self._checked[place].text, self._rests_on(self._checked[place])) for place in places]
        sources = [
            Source(p.number, p.shown_title, tuple(zip(p.usable, p.sentences, strict=True))) for p in self._passages
        ]
        for place, found in zip(places, judge(llm, statements, sources, cancel), strict=True):
            if found is not None:
                yield self._revise(place, found)

    def draft(self, broken: str | None) -> Draft:
        """What has come of it."""
        kept = tuple(self._sentences)
        shown = tuple(s for s in kept if self._may_show(s))
        citations, unknown = tuple(sorted(self._citations.values(), key=lambda c: c.marker)), tuple(self._unknown)
        if self._refused:
            text = marked(shown) or None
            return Draft(
                kept, citations, "not_stated", (text and _refusal(shown)) or NOTHING_FOUND, text or "", unknown
            )
        notes = [broken] if broken else []
        held = self.supported
        if told := self._notes(len(held)):
            notes.append(told)
        left = any(one.note == UNSAID for one in self._checked)
        outcome: Outcome = "answered" if shown else "not_stated"
        if (broken or left) and shown:
            outcome = "partial"
        text = marked(shown) if shown or self._said else None
        return Draft(kept, citations, outcome, "; ".join(notes) or None, text, unknown)

    def _may_show(self, sentence: Sentence) -> bool:
        """Whether it stands in the answer's text: what is no prose (an order, a loop) never does."""
        open_ = sentence.verdict == "unchecked" and not (sentence.note or "").startswith(NO_PROSE)
        return sentence.verdict == "supported" or (open_ and self._held.shows_unchecked)

    def _notes(self, held: int) -> str | None:
        """What a reader must know of the sentences that are not supported."""
        if not self._said:
            return "the model wrote no sentence"
        checkable = [one for one in self._checked if one.note != UNSAID]
        against = sum(one.verdict == "contradicted" for one in checkable)
        missed = len(checkable) - held + self._withheld
        if not held and missed:
            one = "the model's one sentence is not" if missed == 1 else f"none of the model's {missed} sentences is"
            return f"{one} supported by the papers"
        if against:
            return f"{against} of {held + missed} sentences contradicted by the papers"
        return f"{missed} of {held + missed} sentences not checked" if missed else None

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
        if not self._sentences and unsaid(read.text, bool(read.cites)):
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
        """Show a sentence as the policy lets it be shown."""
        shown = checked if checked.note == UNSAID else act(self._policy, checked)
        if shown is None or (shown.origin == "recited" and self._cited(shown.spans[0])):
            self._withheld += 1
            return
        before = len(self._citations)
        lead, self._lead = self._lead + lead, ""
        sentence = self._sentence(shown, lead if self._sentences else lead.lstrip())
        self._checked.append(shown)
        self._sentences.append(sentence)
        yield Verified(sentence, tuple(list(self._citations.values())[before:]))

    def _sentence(self, checked: Checked, lead: str) -> Sentence:
        markers = tuple(sorted(dict.fromkeys(self._marker(span) for span in checked.spans)))
        return Sentence(checked.text, markers, checked.support, checked.verdict, checked.origin, checked.note, lead)

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

    def _revise(self, place: int, found: Judged) -> Revised:
        """A sentence as the judge leaves it: with the spans that it quoted."""
        if found.verdict == "unchecked":
            less = "the judge finds that the papers do not say all of it"
            self._checked[place] = replace(self._checked[place], verdict="unchecked", note=less)
            self._sentences[place] = replace(self._sentences[place], verdict="unchecked", note=less)
            return Revised(place, self._sentences[place], ())
        spans = tuple(Span(self._passages[number - 1], sentence) for number, sentence in found.found)
        against = f"the judge found otherwise: “{spans[0].text}”"
        note = None if found.verdict == "supported" else against
        score = 1.0 if found.verdict == "supported" else 0.0
        before = len(self._citations)
        checked = replace(self._checked[place], spans=spans, support=score, verdict=found.verdict, note=note)
        self._checked[place] = checked
        self._sentences[place] = self._sentence(checked, self._sentences[place].lead)
        return Revised(place, self._sentences[place], tuple(list(self._citations.values())[before:]))

    def _rests_on(self, checked: Checked) -> tuple[int, ...]:
        return tuple(sorted({span.passage.number for span in checked.spans}))

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
        return self._listing or len(self._said) >= self._held.sentences or any(n > REPEATS for n in self._said.values())


def _refusal(shown: Sequence[Sentence]) -> str:
    """The model's own words for what is not stated."""
    return next((sentence.text for sentence in shown if sentence.note == UNSAID), shown[0].text)
