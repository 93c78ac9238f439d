"""Answers of a strong model played through the whole assistant: how much of what is true comes through."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eval.gold.strong import StrongAnswer
from eval.judges.strong_llm import MARKER, key_of
from eval.metrics.base import shown
from rag import Answer, Assistant
from rag.schema import Finished, Stage, Verified

ALIKE = 92.0  # of 100, by rapidfuzz: the sentence of the file that a shown sentence is


@dataclass(frozen=True, slots=True)
class Played:
    """One answer with what became of each of its sentences: a verdict, or "lost" where it is not shown at all."""

    given: StrongAnswer
    answer: Answer
    fates: tuple[str, ...]
    facts_written: int
    facts_shown: int
    seconds: float
    first: float

    @property
    def whole(self) -> bool:
        """Whether each true sentence is supported, and none without a claim is lost or contradicted."""
        fine = {"true": ("supported",), "neutral": ("supported", "unchecked")}
        pairs = zip(self.given.sentences, self.fates, strict=True)
        return all(fate in fine.get(str(sentence.label), (fate,)) for sentence, fate in pairs)


def play(answers: Sequence[StrongAnswer], assistant: Assistant, progress: Callable[[int, int], None]) -> list[Played]:
    """Ask every question; the assistant's model must be a StrongLLM of the same answers."""
    found = []
    for done, answer in enumerate(answers, 1):
        found.append(_played(answer, assistant))
        progress(done, len(answers))
    return found


def _played(given: StrongAnswer, assistant: Assistant) -> Played:
    begun = written = time.perf_counter()
    first, finished = 0.0, None
    for event in assistant.stream(given.question):
        if isinstance(event, Stage) and event.name == "generate":
            written = time.perf_counter()
        elif isinstance(event, Verified):
            first = first or time.perf_counter() - begun
        elif isinstance(event, Finished):
            finished = event.answer
    assert finished is not None
    seconds = time.perf_counter() - written
    right = "\n".join(_bare(sentence.text) for sentence in given.sentences if sentence.label != "wrong")
    facts = [fact for fact in given.key_facts if re.search(fact, right, re.IGNORECASE | re.MULTILINE)]
    seen = [fact for fact in facts if re.search(fact, shown(finished.text), re.IGNORECASE | re.MULTILINE)]
    fates = tuple(fate(sentence.text, finished) for sentence in given.sentences)
    return Played(given, finished, fates, len(facts), len(seen), seconds, first)


def fate(text: str, answer: Answer) -> str:
    """What became of a sentence of the file: the worst verdict of the sentences that it became; "lost" without any.

    A sentence that stands in the answer's own text but is none of its sentences is "unchecked": a heading, "Yes.".
    """
    from rapidfuzz.fuzz import partial_ratio

    wanted = key_of(_bare(text))
    verdicts = []
    for sentence in answer.sentences if answer.model != "extractive" else ():
        said = key_of(_bare(sentence.text))
        inside = bool(said) and (said in wanted or wanted in said)
        if inside or (min(len(said), len(wanted)) > 20 and partial_ratio(said, wanted) >= ALIKE):
            verdicts.append(sentence.verdict)
    if not verdicts:
        return "unchecked" if wanted and wanted in key_of(_bare(answer.text)) else "lost"
    return next(verdict for verdict in ("contradicted", "unchecked", "supported") if verdict in verdicts)


def _bare(text: str) -> str:
    return MARKER.sub("", text)


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of the answers of one kind. shares are of true sentences, true answers, planted errors, facts."""

    kind: str
    answers: int
    true: int = 0
    supported: int = 0
    unchecked: int = 0
    contradicted: int = 0
    lost: int = 0
    true_answers: int = 0
    whole: int = 0
    planted: int = 0
    passed: int = 0
    facts_written: int = 0
    facts_shown: int = 0


@dataclass(frozen=True, slots=True)
class StrongReport:
    """What came of a file of answers: all, by kind of answer, planted errors by kind of error, and the times."""

    total: Row
    kinds: tuple[Row, ...]
    errors: tuple[tuple[str, int, int], ...]
    refusals: tuple[int, int, int]
    lost_markers: int
    milliseconds: float
    first_seconds: float
    not_asked: tuple[str, ...] = field(default=())


def report(played: Sequence[Played], lost_markers: int) -> StrongReport:
    """Count. refusals: refusals in the file, those that ended as abstentions, those of them with the model's words."""
    kinds = sorted({one.given.kind for one in played})
    refused = [one for one in played if one.given.kind == "refusal"]
    errors = [
        (sentence.error or "other", fate)
        for one in played
        for sentence, fate in zip(one.given.sentences, one.fates, strict=True)
        if sentence.label == "wrong"
    ]
    spent = [one.seconds / len(one.answer.sentences) for one in played if one.answer.sentences]
    firsts = [one.first for one in played if one.first]
    return StrongReport(
        _row("all", played),
        tuple(_row(kind, [one for one in played if one.given.kind == kind]) for kind in kinds),
        tuple(
            (kind, sum(e == kind for e, _ in errors), sum(e == kind and f == "supported" for e, f in errors))
            for kind in sorted({e for e, _ in errors})
        ),
        (len(refused), sum(one.answer.abstained for one in refused), sum(map(_own_words, refused))),
        lost_markers,
        1000 * statistics.median(spent) if spent else 0.0,
        statistics.median(firsts) if firsts else 0.0,
        tuple(one.given.question for one in played if one.answer.model == "extractive"),
    )


def _own_words(one: Played) -> bool:
    """Whether a refusal ended as one, and says what the model said."""
    return one.answer.abstained and key_of(_bare(one.given.sentences[0].text)) in key_of(_bare(one.answer.text))


def _row(kind: str, played: Sequence[Played]) -> Row:
    pairs = [pair for one in played for pair in zip(one.given.sentences, one.fates, strict=True)]
    true = [fate for sentence, fate in pairs if sentence.label == "true"]
    wrong = [fate for sentence, fate in pairs if sentence.label == "wrong"]
    good = [one for one in played if one.given.true and any(s.label == "true" for s in one.given.sentences)]
    return Row(
        kind,
        len(played),
        len(true),
        true.count("supported"),
        true.count("unchecked"),
        true.count("contradicted"),
        true.count("lost"),
        len(good),
        sum(one.whole for one in good),
        len(wrong),
        wrong.count("supported"),
        sum(one.facts_written for one in played),
        sum(one.facts_shown for one in played),
    )
