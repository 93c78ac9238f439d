"""The Models tab: what answers, what reads and what checks; what is usable now; switching without a restart."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Body, Request

from index.errors import InputError
from rag.llms import providers
from ui.door import Door
from ui.workspace import EXTRACTIVE

LONGEST = 200


def routes(door: Door) -> APIRouter:
    """The routes under /page that the Models tab uses."""
    router = APIRouter(prefix="/page")

    @router.get("/models")
    def models(request: Request) -> dict[str, Any]:
        return models_view(door, request)

    @router.post("/models")
    def choose(request: Request, given: dict[str, Any] = Body()) -> dict[str, Any]:
        name = str(given.get("llm") or "").strip()
        if len(name) > LONGEST:
            raise InputError("that is no model's name")
        if name not in ("", EXTRACTIVE) and not door.workspace.local:
            raise InputError("on a shared server only the models that it was started with can be chosen")
        session = door.session(request)
        changed = replace(door.sessions.get(session), llm=name)
        door.workspace.assistant(changed)  # a model that cannot be had is refused here, and the choice stays
        door.sessions.update(session, lambda now: replace(now, llm=name))
        return models_view(door, request)

    return router


def models_view(door: Door, request: Any) -> dict[str, Any]:
    """The parts in use and what could take their places. A provider says what it lacks, never what a key is."""
    now = door.conversation(request)
    assistant = door.workspace.assistant(now)
    manifest = assistant.index.manifest
    return {
        "llm": assistant.llm.name if assistant.llm is not None else EXTRACTIVE,
        "embedding": {"name": manifest.model, "dimension": manifest.dimension},
        "verifier": getattr(assistant.verifier, "name", None) or type(assistant.verifier).__name__
        if assistant.verifier is not None
        else None,
        "providers": [asdict(one) for one in providers()],
        "switchable": door.workspace.local,
    }
