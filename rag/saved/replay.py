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
from rag.saved.stored import read_answer
from rag.schema import Answer, Sentence

OWN_VERIFIERS = ("auto", "local", "nli", "llm-judge")  # these load nothing by a name in the file
NAMED_VERIFIERS = ("nli", "cross-encoder")


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


def replay(
    saved: Mapping[str, Any],
    index: Index,
    *,
    llm: str | None = None,
    llm_url: str | None = None,
    keyed: bool = False,
    verifier: str | None = None,
) -> Replay:
    """Ask again what ``Answer.to_dict()`` saved, with the parameters in its receipt.

    A file may come from anybody: a model, a server or a verifier that it names is loaded or contacted only where the
    caller names the same one. keyed: as of ``get_llm``, for llm_url. Raises InputError that says which to name, or what
    in the file is no saved answer.
    """
    before = read_answer(saved)
    parameters = dict(before.receipt.parameters)
    try:
        where = Filter(**json.loads(parameters["where"])) if "where" in parameters else None
        top_k, context = int(parameters.get("top_k", "5")), int(parameters.get("context", "0")) or None
    except (TypeError, ValueError) as error:
        raise InputError(f"this is no saved answer of citewell: {error}") from error
    assistant = Assistant(
        index,
        llm=_llm(parameters, context, llm, llm_url, keyed),
        verifier=_verifier(parameters, verifier),
        policy=parameters.get("policy", "flag"),  # type: ignore[arg-type]
        top_k=top_k,
        abstain=parameters.get("abstain", "True") == "True",
        fallback=parameters.get("fallback", "True") == "True",
    )
    answer = assistant.ask(before.question, where=where)
    return Replay(before.question, answer, compare(before, answer))


def compare(before: Answer, now: Answer) -> tuple[Change, ...]:
    """What differs between two answers, the causes first: corpus, index, prompt and evidence, then the answer."""
    changes = [
        Change(name.removesuffix("_sha256"), getattr(before.receipt, name)[:12], getattr(now.receipt, name)[:12])
        for name in ("corpus_sha256", "index_sha256", "prompt_sha256", "evidence_sha256", "model")
        if getattr(before.receipt, name) != getattr(now.receipt, name)
    ]
    changes += [
        Change(name, str(getattr(before, name) or "none"), str(getattr(now, name) or "none"))
        for name in ("outcome", "reason")
        if getattr(before, name) != getattr(now, name)
    ]
    old, new = ({sentence.text: sentence for sentence in answer.sentences} for answer in (before, now))
    changes += [Change("sentence", _shown(old[text]), "gone") for text in old if text not in new]
    changes += [Change("sentence", "not there", _shown(new[text])) for text in new if text not in old]
    changes += [
        Change(f"verdict of “{text[:60]}”", old[text].verdict, new[text].verdict)
        for text in old
        if text in new and old[text].verdict != new[text].verdict
    ]
    quotes = [{citation.quote for citation in answer.citations} for answer in (before, now)]
    changes += [Change("quote", quote, "gone") for quote in sorted(quotes[0] - quotes[1])]
    changes += [Change("quote", "not there", quote) for quote in sorted(quotes[1] - quotes[0])]
    return tuple(changes)


def _shown(sentence: Sentence) -> str:
    return f"{sentence.text} ({sentence.verdict})"


def _verifier(parameters: Mapping[str, str], given: str | None) -> str:
    """The verifier of a receipt by the name that it is asked by; a program's own is not to be had, as a judge is."""
    name = parameters.get("verifier", "auto")
    if name in OWN_VERIFIERS:
        return name
    if name.partition(":")[0] not in NAMED_VERIFIERS:
        return given or "auto"
    if name != given:
        raise InputError(f"the saved answer was checked by {name}; to use that again, give --verifier {name}")
    return name


def _llm(
    parameters: Mapping[str, str], context: int | None, llm: str | None, url: str | None, keyed: bool
) -> LLM | None:
    """The model of a receipt, where it is the one that was named; a key comes from the environment, as ever."""
    name, address = parameters.get("llm"), parameters.get("url")
    if name is None:
        return None
    if name.startswith(("scripted:", "llamaindex:")):
        raise InputError(f"the answer came from {name}, an object of a program: ask again from Python")
    if address != url:
        wanted = f"--llm-url {address}" if address else "no --llm-url"
        raise InputError(
            f"the saved answer came from {name} at {address or 'no address'}; to ask it again, give {wanted}"
        )
    if name.startswith("url:"):
        name = f"openai:{parameters.get('served', '')}"
    elif name != llm:
        raise InputError(f"the saved answer came from {name}; to ask it again, give --llm {name}")
    return get_llm(name, url=url, keyed=keyed, context=context)
