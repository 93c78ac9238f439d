"""The Ask tab: the conversation, its questions' filter, stop, feedback and export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import gradio as gr
from fastapi import APIRouter, Body, Request
from fastapi.responses import PlainTextResponse, Response

from index.errors import InputError
from index.schema import Filter
from ui.conversation.asking import converse, whole
from ui.conversation.export import export
from ui.conversation.libraries import DEMO
from ui.conversation.present import exchange_view
from ui.web.context import Door

EXAMPLES = (
    "What is alignment faking?",
    "Which papers deal with hallucination?",
    "How should a model behave when it does not know the answer?",
    "What is the learning rate of AlignScore?",
)


def routes(door: Door) -> APIRouter:
    """The routes under /page that the Ask tab uses."""
    router = APIRouter(prefix="/page")

    @router.get("/status")
    def status(request: Request) -> dict[str, Any]:
        return status_view(door, request)

    @router.get("/conversation")
    def conversation(request: Request) -> dict[str, Any]:
        now = door.conversation(request)
        return {"exchanges": [exchange_view(one) for one in now.exchanges], "where": asdict(now.where)}

    @router.post("/conversation/clear")
    def clear(request: Request) -> dict[str, bool]:
        session = door.session(request)
        door.sessions.stop(session)
        door.sessions.update(session, lambda now: replace(now, exchanges=()))
        return {"done": True}

    @router.post("/stop")
    def stop(request: Request) -> dict[str, bool]:
        return {"stopped": door.sessions.stop(door.session(request))}

    @router.post("/filter")
    def set_filter(request: Request, given: dict[str, Any] = Body()) -> dict[str, Any]:
        where = filter_from(given)
        now = door.sessions.update(door.session(request), lambda before: replace(before, where=where))
        chosen = door.workspace.index(now).select(where)
        return {"where": asdict(where), "papers": len(chosen.paper_ids), "unknown_year": chosen.unknown_year}

    @router.post("/feedback")
    def feedback(request: Request, given: dict[str, Any] = Body()) -> dict[str, bool]:
        number, good = given.get("number"), given.get("good")
        exchange = door.conversation(request).exchange(number) if isinstance(number, int) else None
        if exchange is None:
            raise InputError("that answer is no longer part of the conversation")
        if good not in (True, False, None):
            raise InputError("good is true, false, or null to take a judgement back")
        door.feedback.judge(exchange.question, exchange.answer, good=good)
        door.sessions.update(door.session(request), lambda now: now.judged(exchange.number, good))
        return {"done": True}

    @router.get("/feedback/candidates.jsonl")
    def candidates() -> Response:
        return _file(door.feedback.candidates(), "application/jsonl", "candidates.jsonl")

    @router.get("/export/{kind}")
    def exported(request: Request, kind: str) -> Response:
        now = door.conversation(request)
        made = export(kind, now, door.workspace.index(now) if now.exchanges else None)
        return _file(made.text, made.media_type, made.filename)

    return router


def status_view(door: Door, request: Any) -> dict[str, Any]:
    """Whether the app is ready, and what the conversation is about."""
    readiness, now = door.workspace.readiness, door.conversation(request)
    view: dict[str, Any] = {"ready": readiness.ready, "doing": readiness.doing, "failed": readiness.failed}
    view["signed_in"] = door.signs_in
    if readiness.ready:
        library, index = door.workspace.library(now), door.workspace.index(now)
        papers = index.papers()
        view |= {
            "library": library.name,
            "label": library.label,
            "papers": len(papers),
            "examples": examples(library.name, [paper.title for paper in papers]),
        }
    return view


def examples(library: str, titles: list[str]) -> list[str]:
    """Questions to begin with: written ones for the demo corpus, else made from titles spread over the library."""
    if library == DEMO:
        return list(EXAMPLES)
    picked = titles[:: max(1, len(titles) // 3)][:3]
    return [f"What does “{title}” find?" for title in picked]


def filter_from(given: dict[str, Any]) -> Filter:
    """The filter that the page sent."""
    years: list[int | None] = []
    for name in ("year_from", "year_to"):
        text = str(given.get(name) or "").strip()
        if text and not (text.isdigit() and len(text) == 4):
            raise InputError(f"a year has four digits, not {text[:20]!r}")
        years.append(int(text) if text else None)
    page, title = (whole(str(given.get(name) or "").strip()[:200]) or None for name in ("page", "title"))
    return Filter(years[0], years[1], page, title)


def asking(door: Door) -> Any:
    """The function behind the page's questions, for Gradio's queue."""

    def converse_(question: str, instead_of: int, request: gr.Request) -> Iterator[dict]:  # type: ignore[type-arg]
        """Ask within this browser's conversation. instead_of: the exchange to take back first, or 0."""
        yield from converse(door.workspace, door.sessions, door.session(request), question, instead_of or None)

    return converse_


def _file(text: str, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, media_type=f"{media_type}; charset=utf-8", headers=headers)
