"""The chat: ``create_app`` puts the parts together, ``launch`` serves them."""

from __future__ import annotations

import socket
import threading
import webbrowser
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from index.errors import CitewellError, InputError
from index.locations import home
from rag import Assistant
from ui.conversation.asking import whole
from ui.conversation.feedback import FeedbackStore
from ui.conversation.sessions import HOURS_KEPT, Sessions
from ui.conversation.workspace import Workspace
from ui.web import openai_api, signin
from ui.web.context import SESSION_COOKIE, Door
from ui.web.mcp_tools import tools
from ui.web.middleware import Gate
from ui.web.security import Guard, Logins
from ui.web.tabs import ask, library, models, papers, scores

STATIC = Path(__file__).parent / "static"
AT_ONCE = 8  # questions answered at the same time; Gradio's own default is one
WAITING = 200  # questions that may wait before others are told to come back later


def create_app(
    assistant: Assistant | Workspace,
    *,
    guard: Guard | None = None,
    sessions: Sessions | None = None,
    runs: Path | None = None,
    mcp: bool = False,
) -> Gate:
    """The whole app, ready to be served: our page and its routes, Gradio's API, MCP where asked for, and /v1."""
    workspace = assistant if isinstance(assistant, Workspace) else Workspace(assistant)
    guard, logins = guard or Guard(), Logins()
    feedback = FeedbackStore(home() / "feedback.sqlite")
    door = Door(workspace, sessions or Sessions(), feedback, runs or Path("runs"), guard.demands)
    app = FastAPI(title="citewell", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(signin.routes(guard, logins))
    app.include_router(openai_api.routes(door))
    for tab in (ask, papers, library, models, scores):
        app.include_router(tab.routes(door))
    app.add_api_route("/", front_page, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/favicon.ico", favicon, include_in_schema=False)
    app.mount("/app", StaticFiles(directory=STATIC), name="app")
    app.add_exception_handler(CitewellError, _one_line)
    gr.mount_gradio_app(
        app, gradio_blocks(door), path="/", run_history=False, footer_links=[], ssr_mode=False, mcp_server=mcp,
        show_error=True, enable_monitoring=False, pwa=False,
    )  # fmt: skip
    return Gate(app, guard, logins, (STATIC / "login.html").read_bytes)


def gradio_blocks(door: Door) -> gr.Blocks:
    """What Gradio serves: the queued question of the page, and the tools for programs."""
    with gr.Blocks(title="citewell", analytics_enabled=False) as blocks:
        gr.api(ask.asking(door), api_name="converse", api_visibility="undocumented", concurrency_limit=AT_ONCE)
        for tool in tools(door):
            gr.api(tool, api_name=tool.__name__, concurrency_limit=AT_ONCE)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return blocks


def front_page(request: Request) -> Response:
    """The page; a browser without a session gets one."""
    page = FileResponse(STATIC / "index.html", headers={"cache-control": "no-store"})
    session = request.cookies.get(SESSION_COOKIE) or Sessions.new_id()
    secure = request.url.scheme == "https"
    page.set_cookie(SESSION_COOKIE, session, max_age=HOURS_KEPT * 3600, httponly=True, samesite="strict", secure=secure)
    return page


def favicon() -> Response:
    """The icon of the page."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


def launch(app: Any, *, host: str = "127.0.0.1", port: int = 7860, browser: bool = True) -> None:
    """Serve the app until it is interrupted, and open the browser at it."""
    taken = free_socket(host, port)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{taken.getsockname()[1]}/"
    print(f"citewell is at {address} (stop it with Ctrl-C)", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=3))
    if browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    server.run(sockets=[taken])


def free_socket(host: str, port: int, tries: int = 20) -> socket.socket:
    """A listening socket at the port, or at the next free one after it; port 0 takes any."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + tries if port else 1):
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, candidate))
            made.listen(128)
        except OSError as error:
            made.close()
            if error.errno not in (98, 48, 13):
                raise InputError(f"cannot serve at {host}: {error.strerror}") from error
            continue
        return made
    raise InputError(f"ports {port} to {port + tries - 1} of {host} are taken; give another --port")


async def _one_line(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": whole(str(error))}, status_code=400)
