"""Is a sentence supported by what it cites? The types, the protocol, and the factory of verifiers.

A verifier reads a claim and the spans that it cites, nothing else. Its score is a calibrated probability that the
spans support the whole claim; the verdict compares the score with stored thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from rag.schema import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """A cited span with the paper that it stands in; the title may carry the name that the span leaves out.

    context: the whole passage around the span, in which figures and names may stand too; empty where nobody gave it.
    """

    paper_id: str
    title: str
    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """What the check of one claim found. reasons: why it is not supported, most serious first; else empty."""

    score: float
    verdict: Verdict
    reasons: tuple[str, ...] = ()


@runtime_checkable
class Verifier(Protocol):
    """Anything that can tell whether evidence supports a claim."""

    @property
    def name(self) -> str:
        """The name that it is asked by, for receipts and reports."""
        ...

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """How well all the evidence together supports the whole claim. No evidence, no claim: unchecked."""
        ...


@runtime_checkable
class Batched(Protocol):
    """A verifier that checks many claims in one go."""

    def check_all(self, asked: Sequence[tuple[str, Sequence[Evidence]]]) -> tuple[Support, ...]:
        """What ``check`` finds of each claim and its evidence."""
        ...


def check_all(verifier: Verifier, asked: Sequence[tuple[str, Sequence[Evidence]]]) -> tuple[Support, ...]:
    """What the verifier says of each claim and its evidence; in one go where it can."""
    if isinstance(verifier, Batched):
        return verifier.check_all(asked)
    return tuple(verifier.check(claim, evidence) for claim, evidence in asked)


class FakeVerifier:
    """A verifier for tests: the share of the claim's words that the evidence holds; supported from 0.5."""

    name = "fake"

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """The share of the claim's words in the evidence, with a verdict at 0.5 and 0.25."""
        words = {word.strip(".,;:!?()[]") for word in claim.lower().split()} - {""}
        held = " ".join(f"{item.title} {item.text}" for item in evidence).lower()
        share = sum(word in held for word in words) / len(words) if words and evidence else 0.0
        if share >= 0.5:
            return Support(share, "supported")
        return Support(share, "unchecked", ("few of its words stand in the evidence",))
