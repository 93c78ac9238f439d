"""Whether the papers answer: they do; they come close without stating it; or the question is about something else.

Three logistic models look at a few signals. "here": the paper that is asked about is here, learned from questions
and the same questions once their papers were taken out. "stated": it states what is asked, learned from near misses.
"far": the question has nothing to do with the papers. Models and thresholds stand in rag/fitted/refusals.json, fitted
by eval/fit/reading.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.fitted.logistic import Logistic, from_json, stored
from rag.question.kind import Question
from rag.read.readings import PAPERS, Readings, cover, logit
from rag.retrieve.retriever import Retrieval, known_share
from rag.retrieve.spelling import looks_foreign
from rag.schema import Nearest, Outcome
from rag.text.words import names

SIGNALS = ("read_first", "read_best", "read_sentence", "lead", "cosine", "cover", "known", "terms")
# What each gate looks at. Whether a paper states what is asked, the reader alone tells; whether it is here, also by how
# much it leads the others: how alike, how common and how many words are differs from one field to the next.
LOOKS_AT = {
    "here": ("read_best", "read_sentence", "lead"),
    "stated": ("read_first", "read_best", "read_sentence"),
    "far": tuple(name for name in SIGNALS if name != "lead"),
}
COSINES = ("cosine",)  # under another embedding model than the packaged one they lie elsewhere
MODEL = "minilm"
FOREIGN = "The question does not seem to be in English, the language of these papers; ask it in English."
CLOSE = "The abstracts do not state this directly; closest:"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the evidence allows: "answered", "closest" or "not_in_corpus", and why not."""

    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A model and the probability from which it says yes."""

    model: Logistic
    threshold: float

    def over(self, values: NDArray[np.float64], model: str) -> float:
        """By how many logits the signals are over the threshold; another embedding model's cosines count as average."""
        values = values[[SIGNALS.index(name) for name in self.model.features]]
        if model != MODEL:
            values = np.where([name in COSINES for name in self.model.features], self.model.mean, values)
        return logit(float(self.model.predict(values[None, :])[0])) - logit(self.threshold)


@lru_cache(maxsize=1)
def gates() -> Mapping[str, Gate]:
    """The calibrated models."""
    kept = stored("refusals.json")["gates"]
    found = {name: Gate(from_json(kept[name]["model"]), kept[name]["threshold"]) for name in LOOKS_AT}
    if any(gate.model.features != LOOKS_AT[name] for name, gate in found.items()):
        raise ValueError("rag/fitted/refusals.json was fitted on other signals: run `make fit`")
    return found


def judge(question: Question, found: Retrieval, readings: Readings, model: str) -> Judgement:
    """Decide what the evidence allows; ``model`` names the index's embedding model."""
    if not found.hits:
        return Judgement("not_in_corpus", f"No paper {'passes the filter' if found.where else 'is in the index'}.")
    strangers, foreign = unknown_names(question.text, found), looks_foreign(question.text)
    unread = foreign and known_share(found.terms) < 0.5  # the reader knows English alone
    seen = signals(found, readings)
    far = gates()["far"].over(seen, model) > 0
    sure = (_over(seen, model) >= 0 and not far) or bool(question.attributes and found.named)
    if sure and not strangers and not unread:
        return Judgement("answered")
    if foreign or far:
        return Judgement("not_in_corpus", FOREIGN if foreign else "None of the papers deals with this.")
    if not found.hits[0].paper.abstract:
        return title_alone(found)
    return Judgement("closest", f"No abstract here names {' or '.join(strangers)}; closest:" if strangers else CLOSE)


def unknown_names(question: str, found: Retrieval) -> list[str]:
    """What the question calls by a name (UNITER, GPT-9) that no paper holds: what is said of others is no answer."""
    nowhere = {term.word.casefold() for term in found.terms if term.papers == 0}
    strange = names(question) & nowhere
    return [word for word in re.findall(r"[\w-]+", question) if word.casefold() in strange]


def title_alone(found: Retrieval) -> Judgement:
    """What is said where the paper that is meant has no abstract to quote."""
    title = found.hits[0].paper.title
    return Judgement("not_stated", f"“{title}” is here by its title alone; its abstract is in no source.")


def confidence(found: Retrieval, readings: Readings, model: str) -> float:
    """By how many logits the evidence is over the thresholds from which a question is answered."""
    return _over(signals(found, readings), model)


def _over(seen: NDArray[np.float64], model: str) -> float:
    return min(gates()[name].over(seen, model) for name in ("here", "stated"))


def signals(found: Retrieval, readings: Readings) -> NDArray[np.float64]:
    """The features of a question and its readings, in the order of SIGNALS."""
    views = [found.views[hit.paper.paper_id] for hit in found.hits[:PAPERS]]
    whole = sum(term.weight for term in found.terms) or 1.0
    scores = [hit.score for hit in found.hits]
    values = (
        logit(readings.answers[0]),
        logit(max(readings.answers)),
        readings.sentence,
        scores[0] - (scores[2] if len(scores) > 2 else 0.0),
        max(float((view.vectors @ found.vector).max(initial=0)) for view in views),
        max(cover(found.terms, view.stems) for view in views) / whole,
        known_share(found.terms),
        float(min(len(found.terms), 8)),
    )
    return np.array(values, dtype=np.float64)


def nearest(found: Retrieval, limit: int = 3) -> tuple[Nearest, ...]:
    """The papers that come closest."""
    return tuple(Nearest(hit.paper.paper_id, hit.paper.title, round(hit.score, 4)) for hit in found.hits[:limit])
