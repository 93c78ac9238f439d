"""The Models tab: what answers, what reads and what checks; what is usable now; switching without a restart."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Body, Request

from index.errors import CitewellError, InputError
from rag import Assistant
from rag.llms import providers
from rag.verify import VERIFIERS as ALL_VERIFIERS
from rag.verify import get_verifier
from ui.conversation.workspace import EXTRACTIVE
from ui.web.context import Door

LONGEST = 200
VERIFIERS = {name: what for name, what in ALL_VERIFIERS.items() if ":" not in name}  # a model cannot be named here


def routes(door: Door) -> APIRouter:
    """The routes under /page that the Models tab uses."""
    router = APIRouter(prefix="/page")

    @router.get("/models")
    def models(request: Request) -> dict[str, Any]:
        return models_view(door, request)

    @router.post("/models")
    def choose(request: Request, given: dict[str, Any] = Body()) -> dict[str, Any]:
        session = door.session(request)
        before = door.sessions.get(session)
        llm, verifier = (_name(given, part, getattr(before, part)) for part in ("llm", "verifier"))
        if (llm not in ("", EXTRACTIVE, before.llm) or verifier != before.verifier) and not door.workspace.local:
            raise InputError("on a shared server only the models that it was started with can be chosen")
        if verifier and verifier not in VERIFIERS:
            raise InputError(f"there is no verifier {verifier!r}; there are {', '.join(VERIFIERS)}")
        # a model that cannot be had is refused here, and the choice stays what it was
        door.workspace.assistant(replace(before, llm=llm, verifier=verifier))
        door.sessions.update(session, lambda now: replace(now, llm=llm, verifier=verifier))
        return models_view(door, request)

    return router


def _name(given: dict[str, Any], part: str, before: str) -> str:
    name = str(given.get(part, before) or "").strip()
    if len(name) > LONGEST:
        raise InputError("that is no model's name")
    return name


def models_view(door: Door, request: Any) -> dict[str, Any]:
    """The parts in use and what could take their places. A provider says what it lacks, never what a key is."""
    assistant = door.workspace.assistant(door.conversation(request))
    manifest = assistant.index.manifest
    return {
        "llm": assistant.llm.name if assistant.llm is not None else EXTRACTIVE,
        "embedding": {"name": manifest.model, "dimension": manifest.dimension},
        "verifier": verifier_of(assistant),
        "providers": [asdict(one) for one in providers()],
        "verifiers": verifiers_view(assistant),
        "switchable": door.workspace.local,
    }


def verifier_of(assistant: Assistant) -> str:
    """The name of the verifier in use, as it is asked by: without the model that judges."""
    name = assistant.verifier.name
    return "llm-judge" if name.startswith("llm-judge") else name


def verifiers_view(assistant: Assistant) -> list[dict[str, Any]]:
    """The verifiers that can be chosen, each with what it lacks; the one in use too where it is none of ours."""
    found = dict(VERIFIERS)
    found.setdefault(verifier_of(assistant), "what the chat was started with")
    return [{"name": name, "what": what, "lacks": _lacks(name, assistant)} for name, what in found.items()]


def _lacks(name: str, assistant: Assistant) -> str | None:
    if name == verifier_of(assistant):
        return None
    if name == "llm-judge" and assistant.llm is None:
        return "a language model that answers"
    try:
        get_verifier(name, embedder=assistant.index.embedder, llm=assistant.llm)
    except CitewellError as error:
        return str(error).partition(": ")[2] or str(error)
    return None
