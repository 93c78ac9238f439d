"""What an answer in the making holds: its sentences as they are shown, and the spans that they cite, numbered."""

from __future__ import annotations

from dataclasses import replace

from rag.compose.citations import cite
from rag.compose.draft import UNSAID
from rag.generate.attribute import Checked
from rag.generate.policy import Policy, act
from rag.generate.prose import NO_PROSE
from rag.generate.spans import Span
from rag.schema import Citation, Revised, Sentence, Verified
from rag.verify.judge import Judged

SURE = 0.95  # a supported sentence of this score needs no judge


class Made:
    """The sentences so far. withheld: how many the policy kept back."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._citations: dict[tuple[str, int], Citation] = {}
        self.sentences: list[Sentence] = []
        self.checked: list[Checked] = []
        self.withheld = 0

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that is cited, by number."""
        return tuple(self._citations.values())

    @property
    def supported(self) -> tuple[Sentence, ...]:
        """The sentences that are supported."""
        return tuple(sentence for sentence in self.sentences if sentence.verdict == "supported")

    @property
    def open(self) -> tuple[int, ...]:
        """The places of the sentences that a judge may settle: not checked, or supported without being sure."""
        return tuple(
            place
            for place, one in enumerate(self.checked)
            if one.note != UNSAID
            and not (one.note or "").startswith(NO_PROSE)
            and (one.verdict == "unchecked" or (one.verdict == "supported" and (one.support or 0.0) < SURE))
        )

    def keep(self, checked: Checked, lead: str) -> Verified | None:
        """Take a sentence in, as the policy lets it be shown; None where it does not."""
        shown = checked if checked.note == UNSAID else act(self._policy, checked)
        if shown is None or (shown.origin == "recited" and self._cited(shown.spans[0])):
            self.withheld += 1
            return None
        before = len(self._citations)
        sentence = self._sentence(shown, lead if self.sentences else lead.lstrip())
        self.checked.append(shown)
        self.sentences.append(sentence)
        return Verified(sentence, self.citations[before:])

    def revise(self, place: int, found: Judged, spans: tuple[Span, ...]) -> Revised:
        """A sentence as the judge leaves it: with the spans that it quoted."""
        before = len(self._citations)
        if found.verdict == "unchecked":
            less = "the judge finds that the papers do not say all of it"
            self.checked[place] = replace(self.checked[place], verdict="unchecked", note=less)
            self.sentences[place] = replace(self.sentences[place], verdict="unchecked", note=less)
            return Revised(place, self.sentences[place], ())
        note = None if found.verdict == "supported" else f"the judge found otherwise: “{spans[0].text}”"
        score = 1.0 if found.verdict == "supported" else 0.0
        checked = replace(self.checked[place], spans=spans, support=score, verdict=found.verdict, note=note)
        self.checked[place] = checked
        self.sentences[place] = self._sentence(checked, self.sentences[place].lead)
        return Revised(place, self.sentences[place], self.citations[before:])

    def notes(self) -> str | None:
        """What a reader must know of the sentences that are not supported."""
        held = len(self.supported)
        checkable = [one for one in self.checked if one.note != UNSAID]
        against = sum(one.verdict == "contradicted" for one in checkable)
        missed = len(checkable) - held + self.withheld
        if not held and missed:
            one = "the model's one sentence is not" if missed == 1 else f"none of the model's {missed} sentences is"
            return f"{one} supported by the papers"
        if against:
            return f"{against} of {held + missed} sentences contradicted by the papers"
        return f"{missed} of {held + missed} sentences not checked" if missed else None

    def _sentence(self, checked: Checked, lead: str) -> Sentence:
        markers = tuple(sorted(dict.fromkeys(self._marker(span) for span in checked.spans)))
        return Sentence(checked.text, markers, checked.support, checked.verdict, checked.origin, checked.note, lead)

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
