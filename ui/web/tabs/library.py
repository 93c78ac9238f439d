"""The Library tab: choose, add to and take from the indexes; nothing is changed before its plan was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Form, Request, UploadFile

from index.errors import InputError
from index.schema import Filter
from ui.conversation.libraries import Library, libraries, library, new_library
from ui.web.context import Door
from ui.web.tabs.uploads import Job, Uploads, writable


def routes(door: Door) -> APIRouter:
    """The routes under /page/library."""
    router, uploads = APIRouter(prefix="/page/library"), Uploads(door.workspace)

    def named(name: str) -> Library:
        return writable(libraries(door.workspace.given))(name)

    @router.get("")
    def shown(request: Request) -> dict[str, Any]:
        return library_view(door, request)

    @router.post("/choose")
    def choose(request: Request, given: dict[str, Any] = Body()) -> dict[str, Any]:
        wanted = library(str(given.get("name")), door.workspace.given)
        if not wanted.exists:
            raise InputError(f"{wanted.label} has no papers yet; add some first")
        session = door.session(request)
        door.workspace.index(replace(door.sessions.get(session), library=wanted.name))
        door.sessions.update(session, lambda now: replace(now, library=wanted.name, where=Filter(), exchanges=()))
        return library_view(door, request)

    @router.post("/create")
    def create(request: Request, given: dict[str, Any] = Body()) -> dict[str, Any]:
        new_library(str(given.get("name") or "").strip())
        return library_view(door, request)

    @router.post("/plan")
    def plan(
        request: Request, files: Annotated[list[UploadFile], File()], target: Annotated[str, Form()] = ""
    ) -> dict[str, Any]:
        data = [(one.filename or "file", one.file.read()) for one in files]
        return job_view(uploads.plan(door.session(request), named(target), data))

    @router.post("/apply")
    def apply(request: Request, given: dict[str, Any] = Body()) -> dict[str, Any]:
        session, token = door.session(request), str(given.get("token"))
        return job_view(uploads.apply(session, token, named(uploads.job(session, token).library)))

    @router.post("/discard")
    def discard(request: Request, given: dict[str, Any] = Body()) -> dict[str, bool]:
        uploads.discard(door.session(request), str(given.get("token")))
        return {"done": True}

    @router.get("/job")
    def job(request: Request, token: str) -> dict[str, Any]:
        return job_view(uploads.job(door.session(request), token))

    @router.post("/remove")
    def remove(request: Request, given: dict[str, Any] = Body()) -> dict[str, int]:
        ids = given.get("ids")
        if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
            raise InputError("ids must be a list of papers' ids")
        return {"removed": uploads.remove(door.workspace.library(door.conversation(request)), ids)}

    return router


def library_view(door: Door, request: Any) -> dict[str, Any]:
    """All libraries, and which one is asked."""
    current = door.workspace.library(door.conversation(request))
    return {
        "current": current.name,
        "libraries": [
            {"name": one.name, "label": one.label, "exists": one.exists, "fixed": one.path is None}
            for one in libraries(door.workspace.given)
        ],
    }


def job_view(job: Job) -> dict[str, Any]:
    """An upload as the page shows it."""
    names = ("token", "library", "state", "report", "stage", "done", "total", "error")
    return {name: getattr(job, name) for name in names}
