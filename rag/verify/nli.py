"""The verifier "nli": the local verifier's agreement and checks, weighed together with an entailment model's view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.cut import split_sentences
from rag.verify.checks.facts.names import missing_names
from rag.verify.checks.measure import Measured
from rag.verify.checks.words import clean, content_stems
from rag.verify.entailment import Entailment, shared_entailment
from rag.verify.local import LocalVerifier, verbatim
from rag.verify.protocol import Evidence
from rag.verify.weights import Weights

if TYPE_CHECKING:
    from index.embedding import Embedder

ENTAILED = -0.5  # the model's log-odds of what follows: sparing, and the less it follows the lower
ASIDE = 0.0  # log-odds above this are given to what has nothing to do with the premise
MOST = 4.5  # more doubt than this proves nothing more
NOT_ASKED = (2.5, 0.0)  # where a number or a name is missing: the score is capped whatever the model says
WORDS = 110  # of premise and claim together; the model reads no more


class NliVerifier(LocalVerifier):
    """The checks of numbers, names, negation, direction and roles, and a small entailment model."""

    name = "nli"

    def __init__(
        self,
        embedder: Embedder | None = None,
        entailment: Entailment | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(embedder, weights)
        self._entailment = entailment or shared_entailment()

    def measure(self, claim: str, evidence: Sequence[Evidence]) -> Measured:
        """The local features and the model's two: it is asked only where it can matter."""
        measured = super().measure(claim, evidence)
        if measured.fails_hard:
            views = NOT_ASKED
        elif verbatim(claim, evidence):
            views = (0.0, 0.0)
        else:
            views = self._views(claim, evidence)
        return replace(measured, values=(*measured.values, *views))

    def _views(self, claim: str, evidence: Sequence[Evidence]) -> tuple[float, float]:
        """How much the model doubts the claim, and how far it finds the claim beside the point.

        A claim of several sentences is as sure as its least sure one.
        """
        parts = [claim[a:b] for a, b in split_sentences(claim)] or [claim]
        odds = [self._entailment.log_odds(premise(part, evidence), part) for part in parts]
        doubt = min(MOST, max(ENTAILED - min(odds), 0.0))
        return doubt, max(max(odds) - ASIDE, 0.0)


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
