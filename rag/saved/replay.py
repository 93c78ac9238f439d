"""Ask a saved question again with the same set-up, and say what is different."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index import Filter, Index
from index.errors import InputError
from rag.assistant import Assistant
from rag.llms import LLM, get_llm
from rag.saved.recheck import no_saved_answer
from rag.schema import Answer


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what differs, how it was, how it is now."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A question asked again: the new answer, and what is not as it was."""

    question: str
    answer: Answer
    changes: tuple[Change, ...]


def replay(saved: Mapping[str, Any], index: Index) -> Replay:
    """Ask again what ``Answer.to_dict()`` saved, with the parameters in its receipt."""
    try:
        question, receipt = str(saved["question"]), saved["receipt"]
        parameters = {str(name): str(value) for name, value in receipt["parameters"]}
        assistant = Assistant(
            index,
            llm=_llm(parameters),
            verifier=_verifier(parameters),
            policy=parameters.get("policy", "flag"),  # type: ignore[arg-type]
            top_k=int(parameters.get("top_k", "5")),
            abstain=parameters.get("abstain", "True") == "True",
            fallback=parameters.get("fallback", "True") == "True",
        )
        where = Filter(**json.loads(parameters["where"])) if "where" in parameters else None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"this is no saved answer of citewell: {error} is missing or of another kind") from error
    answer = assistant.ask(question, where=where)
    try:
        return Replay(question, answer, compare(saved, answer.to_dict()))
    except (KeyError, TypeError, AttributeError) as error:
        raise no_saved_answer(error) from error


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two answers, the causes first: corpus, index, prompt and evidence, then the answer."""
    changes = [
        Change(name.removesuffix("_sha256"), str(before["receipt"].get(name))[:12], str(now["receipt"].get(name))[:12])
        for name in ("corpus_sha256", "index_sha256", "prompt_sha256", "evidence_sha256", "model")
        if before["receipt"].get(name) != now["receipt"].get(name)
    ]
    changes += [
        Change(name, str(before.get(name) or "none"), str(now.get(name) or "none"))
        for name in ("outcome", "reason")
        if before.get(name) != now.get(name)
    ]
    old = {sentence["text"]: sentence for sentence in before["sentences"]}
    new = {sentence["text"]: sentence for sentence in now["sentences"]}
    changes += [Change("sentence", _shown(old[text]), "gone") for text in old if text not in new]
    changes += [Change("sentence", "not there", _shown(new[text])) for text in new if text not in old]
    changes += [
        Change(f"verdict of “{text[:60]}”", old[text]["verdict"], new[text]["verdict"])
        for text in old
        if text in new and old[text]["verdict"] != new[text]["verdict"]
    ]
    quotes = [{c["quote"] for c in answer["citations"]} for answer in (before, now)]
    changes += [Change("quote", quote, "gone") for quote in sorted(quotes[0] - quotes[1])]
    changes += [Change("quote", "not there", quote) for quote in sorted(quotes[1] - quotes[0])]
    return tuple(changes)


def _shown(sentence: Mapping[str, Any]) -> str:
    return f"{sentence['text']} ({sentence['verdict']})"


def _verifier(parameters: Mapping[str, str]) -> str:
    """The verifier of a receipt by the name that it is asked by; a program's own is not to be had, as a judge is."""
    kind, _, model = parameters.get("verifier", "auto").partition(":")
    if kind == "cross-encoder":
        return f"{kind}:{model}"
    return kind if kind in ("nli", "local", "llm-judge") else "auto"


def _llm(parameters: Mapping[str, str]) -> LLM | None:
    """The model of a receipt; a key comes from the environment, as ever."""
    name = parameters.get("llm")
    if name is None:
        return None
    url, context = parameters.get("url"), int(parameters.get("context", "0")) or None
    if name.startswith(("scripted:", "llamaindex:")):
        raise InputError(f"the answer came from {name}, an object of a program: ask again from Python")
    if name.startswith("url:"):
        name = f"openai:{parameters.get('served', '')}"
    return get_llm(name, url=url, context=context)
