"""The Papers tab: the table, a paper's card, and the map."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from ui.conversation.present import paper_view, row_view
from ui.web.context import Door
from ui.web.tabs.ask import filter_from


def routes(door: Door) -> APIRouter:
    """The routes under /page that the Papers tab and the evidence panel use."""
    router = APIRouter(prefix="/page")

    @router.get("/papers")
    def papers(request: Request) -> dict[str, Any]:
        index = door.workspace.index(door.conversation(request))
        return {"papers": [row_view(paper) for paper in index.papers()]}

    @router.get("/papers/matching")
    def matching(
        request: Request, year_from: str = "", year_to: str = "", page: str = "", title: str = ""
    ) -> dict[str, Any]:
        where = filter_from({"year_from": year_from, "year_to": year_to, "page": page, "title": title})
        chosen = door.workspace.index(door.conversation(request)).select(where)
        return {"ids": sorted(chosen.paper_ids), "unknown_year": chosen.unknown_year}

    @router.get("/paper")
    def paper(request: Request, id: str) -> dict[str, Any]:
        now = door.conversation(request)
        return paper_view(door.workspace.index(now).paper(id), door.workspace.atlas(now).nearest(id))

    @router.get("/map")
    def chart(request: Request) -> dict[str, Any]:
        drawn = door.workspace.atlas(door.conversation(request)).chart()
        return {"points": [asdict(point) for point in drawn.points], "groups": list(drawn.groups)}

    return router
