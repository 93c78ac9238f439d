"""Under --auth everything is locked: every route there is, by every way in; guessing is slowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import httpx
import pytest

from index import Index
from rag import Assistant
from ui.web.app import create_app
from ui.web.middleware import Gate
from ui.web.security import Guard

QUESTION = "What is alignment faking?"


@pytest.fixture(scope="module")
def locked(demo: Index) -> Iterator[tuple[str, Gate]]:
    guard = Guard(users={"ann": "secret"}, token="t0ken", tries_a_minute=6)
    app = create_app(Assistant(demo), guard=guard, mcp=True)
    with chat_server.serving(app) as address:
        yield address, app


def routes_of(app: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route of an app, mounted apps included."""
    for route in app.routes:
        path = before + getattr(route, "path", "")
        inner = route if getattr(route, "routes", None) is not None else getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner, path.rstrip("/"))
            continue
        for method in getattr(route, "methods", None) or ("GET", "POST"):
            yield method, path or "/"


def test_without_a_sign_in_every_route_there_is_answers_401(locked: tuple[str, Gate]) -> None:
    address, app = locked
    found = set(routes_of(app._app)) | {("GET", path) for path in ("/page/conversation", "/v1/models", "/app/main.js")}
    assert len(found) > 60
    with httpx.Client(base_url=address) as client:
        for method, path in sorted(found):
            if path in ("/login",):
                continue
            given = path.replace("{", "").replace("}", "").replace(":path", "")
            status = client.request(method, given).status_code
            assert status == 401, (method, given, status)
        assert client.get("/app/login.css").status_code == 200  # the sign-in page needs it


def test_the_token_the_password_and_the_form_let_in(locked: tuple[str, Gate]) -> None:
    address, _ = locked
    bearer = {"authorization": "Bearer t0ken"}
    assert httpx.get(f"{address}/v1/models", headers=bearer).status_code == 200
    assert httpx.get(f"{address}/gradio_api/file=/etc/passwd", headers=bearer).status_code == 404
    assert httpx.get(address, auth=("ann", "secret")).status_code == 200
    with httpx.Client(base_url=address, headers={"accept": "text/html"}) as client:
        assert client.get("/").status_code == 401 and "Sign in" in client.get("/").text
        assert "do not fit" in client.post("/login", data={"username": "ann", "password": "no"}).text
        assert client.post("/login", data={"username": "ann", "password": "secret"}).status_code == 303
        assert client.get("/page/status").json()["signed_in"] is True
        session = client.cookies["citewell-session"] if client.get("/") else ""
        assert client.post("/logout").status_code == 303
        assert client.get("/page/status").status_code == 401 and session not in client.cookies.values()
        assert client.get("/login").status_code == 401


def test_guessing_is_slowed_and_who_is_signed_in_is_not(demo: Index) -> None:
    guard = Guard(users={"ann": "secret"}, token="t0ken", tries_a_minute=3)
    with chat_server.serving(create_app(Assistant(demo), guard=guard)) as address:
        inside = httpx.Client(base_url=address)
        assert inside.post("/login", data={"username": "ann", "password": "secret"}).status_code == 200
        tries = [httpx.get(f"{address}/v1/models", headers={"authorization": f"Bearer {n}"}) for n in range(6)]
        assert [one.status_code for one in tries][:2] == [401, 401] and tries[-1].status_code == 429
        assert httpx.get(f"{address}/v1/models", headers={"authorization": "Bearer t0ken"}).status_code == 429
        assert httpx.post(f"{address}/login", data={"username": "ann", "password": "x"}).status_code == 429
        assert inside.get("/page/status").status_code == 200


@pytest.mark.long
def test_the_command_locks_everything_and_gradios_client_signs_in(tmp_path: Path, demo: Index) -> None:
    environment = {"CITEWELL_AUTH": "ann:secret", "CITEWELL_TOKEN": "t0ken"}
    home = chat_server.with_demo(tmp_path / "home", demo)
    with chat_server.command(home, "--auth", "env", "--mcp", **environment) as (address, _):
        assert httpx.get(address).status_code == 401
        chat_server.wait_until_ready(address, headers={"authorization": "Bearer t0ken"})
        from gradio_client import Client

        client = Client(address, auth=("ann", "secret"), verbose=False)
        assert client.predict(QUESTION, api_name="/ask")["outcome"] == "answered"
        with chat_server.chromium() as browser:
            page = browser.new_page()
            page.goto(address)
            page.fill("#username", "ann")
            page.fill("#password", "secret")
            page.click("form button")
            page.wait_for_selector(".examples button")
            page.click("text=Sign out")
            page.locator("#username").wait_for()
        assert "secret" not in json.dumps(httpx.get(address).json())
