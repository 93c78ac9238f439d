"""The chat: ``create_app`` puts the parts together, ``launch`` serves them; ``gradio ui/web/app.py`` reloads it."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.routing import Mount

from index.errors import CitewellError, InputError
from index.locations import home
from rag import Assistant
from ui.conversation.asking import line_of
from ui.conversation.feedback import FeedbackStore
from ui.conversation.store import DAYS, Store
from ui.conversation.workspace import Workspace
from ui.web import openai_api, page
from ui.web.desk import Door
from ui.web.mcp_tools import tools
from ui.web.middleware import ADDRESS, Gate
from ui.web.security import MEGABYTE, Guard, TooMany, Tries
from ui.web.telling import telling
from ui.web.theme import CSS, theme

WAITING = 200  # events that may wait before others are told to come back later
AT_ONCE = 16  # events of the page at the same time; questions have pools of their own
KEEP_FILES = 24 * 3600  # seconds that an upload or a download stays in Gradio's folder


def create_app(
    assistant: Assistant | Workspace,
    *,
    guard: Guard | None = None,
    runs: Path | None = None,
    mcp: bool = False,
    days: float = DAYS,
) -> Gate:
    """The whole app, ready to be served: the page, Gradio's API, MCP where asked for, and /v1."""
    workspace = assistant if isinstance(assistant, Workspace) else Workspace(assistant)
    guard = guard or Guard()
    tries = Tries(guard.tries_a_minute)
    door = create_door(workspace, runs, days)
    app = FastAPI(title="citewell", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(openai_api.routes(door))
    app.add_exception_handler(CitewellError, _one_line)
    blocks = create_blocks(door)
    gr.mount_gradio_app(
        app, blocks, path="/", auth=_password(guard, tries) if guard.demands else None,
        auth_message="Your papers, your conversations.", max_file_size=guard.upload_megabytes * MEGABYTE,
        run_history=False, footer_links=[], ssr_mode=False, mcp_server=mcp, show_error=True, enable_monitoring=False,
        pwa=False, theme=theme(), css_paths=CSS, favicon_path=str(CSS.parent / "icon.svg"),
    )  # fmt: skip
    mounted = next(route.app for route in app.routes if isinstance(route, Mount))
    return Gate(app, guard, tries, *_cookies(mounted))


def create_door(workspace: Workspace, runs: Path | None = None, days: float = DAYS) -> Door:
    """What the page and the programs share; conversations that are too old are forgotten."""
    store = Store(home() / "conversations.sqlite", days)
    store.tidy()
    return Door(workspace, store, FeedbackStore(home() / "feedback.sqlite"), runs or Path("runs"))


def create_blocks(door: Door) -> gr.Blocks:
    """The page, and the tools for programs."""
    with gr.Blocks(title="citewell", analytics_enabled=False, fill_width=True, delete_cache=(3600, KEEP_FILES)) as made:
        for tool in tools(door):  # first, so that no event of the page takes their names
            gr.api(tool, api_name=tool.__name__, concurrency_limit=None)
        page.build(door, made)
    for event in made.fns.values():
        event.fn = telling(event.fn) if event.fn else None
    made.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return made


def _password(guard: Guard, tries: Tries) -> Callable[[str, str], Any]:
    """Gradio's auth function: whether name and password fit, guessing slowed down."""

    async def fits(name: str, password: str) -> bool:
        try:
            return await tries.let(name, ADDRESS.get(), lambda: guard.password_fits(name, password))
        except TooMany:
            return False

    return fits


def _cookies(gradio_app: Any) -> tuple[Callable[[str], bool], Callable[[str], str]]:
    """Whether a Cookie header is of somebody whom Gradio signed in, and such a header for a name."""
    own = f"access-token-unsecure-{gradio_app.cookie_id}"
    names = (own, f"access-token-{gradio_app.cookie_id}")
    made: dict[str, str] = {}

    def signed_in(header: str) -> bool:
        try:
            cookies = SimpleCookie(header)
        except CookieError:
            return False
        return any(name in cookies and cookies[name].value in gradio_app.tokens for name in names)

    def cookie_for(name: str) -> str:
        token = made.setdefault(name, secrets.token_urlsafe(24))
        gradio_app.tokens[token] = name
        return f"{own}={token}"

    return signed_in, cookie_for


def launch(app: Any, *, host: str = "127.0.0.1", port: int = 7860, browser: bool = True, proxied: bool = False) -> None:
    """Serve the app until it is interrupted, and open the browser at it.

    proxied: whether a proxy on this machine stands before it, whose X-Forwarded-For then says who asks.
    """
    taken = free_socket(host, port)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{taken.getsockname()[1]}/"
    print(f"citewell is at {address} (stop it with Ctrl-C)", flush=True)
    how: dict[str, Any] = {"log_level": "warning", "server_header": False, "timeout_graceful_shutdown": 3}
    server = uvicorn.Server(uvicorn.Config(app, proxy_headers=proxied, **how))
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
    return JSONResponse({"detail": line_of(error)}, status_code=400)


if __name__ == "__main__":
    from starlette.middleware import Middleware

    from ui.conversation.workspace import start_with

    name, opener = start_with()
    demo = create_blocks(create_door(Workspace(opener, name=name)))
    gate = Middleware(Gate, guard=Guard(), tries=Tries(10))
    demo.launch(
        theme=theme(), css_paths=CSS, footer_links=[], ssr_mode=False, app_kwargs={"middleware": [gate]},
        _frontend=False,  # else Gradio gives up where its page does not come within three seconds, on a busy machine
    )  # fmt: skip
