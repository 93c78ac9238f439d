"""Whether the evidence holds the answer; where it does not, which kind of "no" it is and what comes closest.

Four logistic models, each asking one thing of the same signals: is this outside the corpus ("far"), a topic of the
field that no paper treats ("absent"), a detail that the abstract does not state ("unstated"), a premise that it
contradicts ("premise")? Models and thresholds stand in rag/fitted/thresholds.json, fitted by eval/fit/refusals.py.
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
from rag.refuse.background import MODEL
from rag.refuse.missing_details import missing_details
from rag.refuse.premise import contradiction
from rag.refuse.signals import SIGNALS, signals, strange_names
from rag.retrieve.retriever import Retrieval
from rag.retrieve.sentence_ranking import Scored
from rag.retrieve.spelling import looks_foreign
from rag.schema import Nearest, Outcome
from rag.text.words import names

OUTCOMES: Mapping[str, Outcome] = {
    "far": "not_in_corpus",
    "absent": "not_in_corpus",
    "unstated": "not_stated",
    "premise": "false_premise",
}
FOREIGN = "The question does not seem to be in English, the language of these papers; ask it in English."
_CAPITALISED = re.compile(r"\b[A-Z][\w^*+-]+")
_COSINES = ("sentence_cosine", "window_cosine", "cosine_drop", "background_lead", "best_sentence", "five_sentences")


@dataclass(frozen=True, slots=True)
class Judgement:
    """outcome "answered" lets the composer work; "partial" too, with a reason that names what is missing."""

    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """One of the four models, and the probability from which it refuses."""

    model: Logistic
    threshold: float

    def excess(self, values: NDArray[np.float64]) -> float:
        """By how many logits the values are over the threshold; negative where they are under it."""
        p = float(np.clip(self.model.predict(values[None, :])[0], 1e-9, 1 - 1e-9))
        return float(np.log(p / (1 - p)) - np.log(self.threshold / (1 - self.threshold)))


@lru_cache(maxsize=1)
def gates() -> Mapping[str, Gate]:
    """The calibrated models."""
    kept = stored("thresholds.json")
    found = {name: Gate(from_json(kept["gates"][name]["model"]), kept["gates"][name]["threshold"]) for name in OUTCOMES}
    if any(gate.model.features != SIGNALS for gate in found.values()):
        raise ValueError("rag/fitted/thresholds.json was fitted on other signals: run `python -m eval.fit.refusals`")
    return found


def judge(question: Question, found: Retrieval, scored: Scored, model: str) -> Judgement:
    """Decide what the evidence allows; ``model`` names the index's embedding model."""
    if not found.hits:
        return Judgement("not_in_corpus", f"No paper {'passes the filter' if found.where else 'is in the index'}.")
    excess = doubts(question, found, scored, model)
    worst = "far" if excess["far"] > 0 else max(excess, key=lambda name: excess[name])
    if excess[worst] > 0:
        return Judgement(OUTCOMES[worst], explain(worst, question, found, scored))
    missing = [*strange_names(question.text, found), *missing_details(question.text, found)]
    if missing and not question.attributes:
        return Judgement("partial", f"The abstracts say nothing of {spoken(missing)}.")
    return Judgement("answered")


def doubts(question: Question, found: Retrieval, scored: Scored, model: str) -> dict[str, float]:
    """For each gate that the question has to pass, by how many logits it is over its threshold; the highest decides."""
    values = signals(question, found, scored.candidates, scored.scores, model)
    excess = {name: gate.excess(_neutral(values, gate.model, model)) for name, gate in gates().items()}
    if not question.attributes:
        return excess
    # "who wrote ADPA", "when was Magpie published": short, but a method of these papers is named
    capitalised = {word.casefold() for word in _CAPITALISED.findall(question.text)}
    known = (names(question.text) | capitalised) & found.named
    return {"far": min(excess["far"], 0.0) if known else excess["far"]}


def explain(gate: str, question: Question, found: Retrieval, scored: Scored) -> str:
    """One line on why a question is not answered."""
    first = found.hits[0].paper
    if gate == "far":
        return FOREIGN if looks_foreign(question.text) else "None of the papers deals with this."
    if gate == "absent":
        unknown = [*strange_names(question.text, found), *(term.word for term in found.terms if not term.papers)]
        topic = f"mentions {spoken(list(dict.fromkeys(unknown))[:3])}" if unknown else "deals with this"
        return f"No paper here {topic}."
    if gate == "unstated":
        missing = missing_details(question.text, found)
        what = f"the {spoken(missing)}" if missing else "what is asked"
        return f"The abstract of “{first.title}” does not state {what}; the full text may."
    view = found.views[first.paper_id]
    sentences = [view.sentence(number) for number in range(len(view.spans))]
    contrary = contradiction(question.text, sentences)
    best = next((c.number for c in scored.best(5) if c.hit == 0), None)
    number = contrary if contrary is not None else best
    says = f" It says: “{sentences[number]}”" if number is not None else ""
    return f"The question takes for granted what the abstract of “{first.title}” does not say.{says}"


def nearest(found: Retrieval, limit: int = 3) -> tuple[Nearest, ...]:
    """The papers that come closest."""
    return tuple(Nearest(hit.paper.paper_id, hit.paper.title, round(hit.score, 4)) for hit in found.hits[:limit])


def spoken(names: list[str]) -> str:
    """A list as people say it: "a", "a or b", "a, b or c"."""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _neutral(values: NDArray[np.float64], gate: Logistic, model: str) -> NDArray[np.float64]:
    """Cosines of another embedding model lie elsewhere, so they count as average: the words decide."""
    if model == MODEL:
        return values
    cosine = np.array([name in _COSINES for name in SIGNALS])
    return np.where(cosine, gate.mean, values)
