"""The verifier "nli": the checks and the reader of the local one, weighed together with an entailment model's view."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from index.cut import split_sentences
from rag.read.readings import logit
from rag.verify.checks.facts.names import missing_names
from rag.verify.checks.measure import Measured
from rag.verify.checks.words import clean, content_stems
from rag.verify.local import LocalVerifier, Reads
from rag.verify.protocol import Evidence
from rag.verify.weights import Weights, stored_weights

ENTAILED = -0.5  # log-odds from which a small model finds that a claim follows: they are sparing
MOST = 4.5  # more doubt than this proves nothing more
SLACK = 0.25  # by how many log odds reader and conflicts may fall short of what "local" asks for
WORDS = 110  # of premise and claim together


class Entails(Protocol):
    """What the verifier needs of an entailment model."""

    def log_odds(self, premise: str, claim: str) -> float:
        """The log-odds that the premise entails the claim."""
        ...


class NliVerifier(LocalVerifier):
    """The checks of the local verifier, and an entailment model."""

    kind = "nli"

    def __init__(
        self, entailment: Entails, reader: Reads | None = None, weights: Weights | None = None, name: str = "nli"
    ) -> None:
        super().__init__(reader, weights)
        self._entailment = entailment
        self.name = name

    def weighed(self, claim: str, evidence: Sequence[Evidence], found: Measured) -> tuple[float, ...]:
        """The conflicts and the model's doubt."""
        return (*found.conflicts, self._doubt(claim, evidence))

    def score(self, values: Sequence[float]) -> float:
        """The probability of support, no further above the threshold than that of "local" is above its own.

        On long sentences of a strong model a small entailment model accepts too much when it is asked alone.
        """
        local = stored_weights("local")
        beyond = logit(local.probability(values[:-1])) - logit(local.threshold) + SLACK
        highest = 1 / (1 + math.exp(-(logit(self.threshold) + beyond)))
        return min(super().score(values), highest)

    def _doubt(self, claim: str, evidence: Sequence[Evidence]) -> float:
        """How much the model doubts the claim; one of several sentences is as sure as its least sure one."""
        parts = [claim[a:b] for a, b in split_sentences(claim)] or [claim]
        odds = [self._entailment.log_odds(premise(part, evidence), part) for part in parts]
        return min(MOST, max(ENTAILED - min(odds), 0.0))


def premise(claim: str, evidence: Sequence[Evidence]) -> str:
    """What the model reads of the evidence: all of a span, of more the sentences that share most words with the claim.

    The title stands in front where it holds a name of the claim that those sentences leave out.
    """
    wanted, free = content_stems(clean(claim)), WORDS - len(claim.split())
    sentences = [item.text[a:b] for item in evidence for a, b in split_sentences(item.text)]
    order = sorted(range(len(sentences)), key=lambda at: -len(wanted & content_stems(clean(sentences[at]))))
    taken: list[int] = []
    for at in order:
        free -= len(sentences[at].split())
        if free >= 0 or not taken:
            taken.append(at)
    text = " ".join(sentences[at] for at in sorted(taken))
    titles = ". ".join(dict.fromkeys(item.title for item in evidence if item.title))
    lacking = missing_names(clean(claim), clean(text))
    if lacking and len(missing_names(clean(claim), clean(f"{titles}. {text}"))) < len(lacking):
        return f"{titles}. {text}"
    return text
