"""The verifiers by name: which there are, what each lacks here, and how one is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelUnavailable, UnknownName
from rag.verify.fetch import fetched
from rag.verify.protocol import FakeVerifier, Verifier

if TYPE_CHECKING:
    from rag.llms.base import LLM

NAMES = ("auto", "nli", "nli:FOLDER", "local", "fake", "llm-judge", "cross-encoder:MODEL")
VERIFIERS = {
    "local": "numbers, units, names, negation, direction, roles, and the small reader; needs nothing more",
    "nli": "the same, weighed together with the entailment model that `citewell models get nli` fetched",
    "nli:FOLDER": "the same with the entailment model in that folder: *.onnx, tokenizer.json, config.json",
    "llm-judge": "asks a language model about each sentence; slow, and as good as that model",
    "cross-encoder:MODEL": "numbers and names, and a sentence-transformers model for inference or factual consistency",
}  # those to choose from, and what each goes by


def lacks(name: str) -> str | None:
    """What it takes to use one of VERIFIERS here, as far as that is known before it is asked; None for nothing."""
    if name == "nli" and fetched() is None:
        return "`citewell models get nli`"
    return "a language model that answers, by --llm" if name == "llm-judge" else None


def known(verifier: Verifier | str) -> Verifier | str:
    """The verifier, or its name where there is one of that name. Raises UnknownName; nothing is loaded."""
    if isinstance(verifier, str) and verifier.partition(":")[0] not in {name.partition(":")[0] for name in NAMES}:
        raise UnknownName("verifier", verifier, NAMES)
    return verifier


def get_verifier(name: str = "auto", *, llm: LLM | None = None) -> Verifier:
    """The verifier of that name.

    "nli:FOLDER" has the entailment model in that folder, "nli" the one that was fetched, "local" none; "auto" is "nli"
    where one was fetched, else "local". "cross-encoder:MODEL" is a sentence-transformers CrossEncoder for inference or
    factual consistency; "llm-judge" asks ``llm``; "fake" is for tests.
    """
    if name == "auto":
        name = "nli" if fetched() else "local"
    kind, _, model = name.partition(":")
    if kind == "nli":
        from rag.verify.entailment import shared_entailment
        from rag.verify.nli import NliVerifier

        folder = Path(model) if model else fetched()
        if folder is None:
            raise ModelUnavailable("no entailment model is here: `citewell models get nli` fetches one")
        return NliVerifier(shared_entailment(folder), name=name)
    if kind == "local" and not model:
        from rag.verify.local import LocalVerifier

        return LocalVerifier()
    if kind == "cross-encoder" and model:
        from rag.verify.by_model import CrossEncoderVerifier

        return CrossEncoderVerifier(model)
    if name == "llm-judge" and llm is not None:
        from rag.verify.by_model import JudgeVerifier

        return JudgeVerifier(llm)
    if name == "fake":
        return FakeVerifier()
    raise UnknownName("verifier", name if name != "llm-judge" else "llm-judge without an LLM", NAMES)
