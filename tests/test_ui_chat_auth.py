"""Under --auth everything is locked: every route there is, by every way in; guessing is slowed, right is let in."""

from __future__ import annotations

import contextlib
import json
import time
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
from ui.web.security import PROGRAM, Guard

QUESTION = "What is alignment faking?"
BEARER = {"authorization": "Bearer t0ken"}


@pytest.fixture(scope="module")
def locked(demo: Index) -> Iterator[tuple[str, Gate]]:
    guard = Guard(users={"ann": "secret", "bob": "hidden"}, token="t0ken", tries_a_minute=1)
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
    found = set(routes_of(app.app)) | {("GET", path) for path in ("/v1/models", "/page/conversation", "/nowhere")}
    assert len(found) > 60
    with httpx.Client(base_url=address) as client:
        for method, path in sorted(found):
            given = path.replace("{", "").replace("}", "").replace(":path", "")
            program = method in ("GET", "HEAD") and given.startswith(PROGRAM)  # the page to sign in at is made of it
            if (given.rstrip("/") == "/login" and method == "POST") or program:
                continue
            status = client.request(method, given).status_code
            assert status == 401, (method, given, status)
        page = client.get("/").text
        assert '"auth_required":true' in page.replace(" ", "") and "alignment" not in page.lower()


def test_the_token_the_password_and_the_page_let_in_and_out(locked: tuple[str, Gate]) -> None:
    address, _ = locked
    assert httpx.get(f"{address}/v1/models", headers=BEARER).status_code == 200
    assert httpx.get(f"{address}/config", headers=BEARER).status_code == 200
    assert httpx.get(address, auth=("ann", "secret")).status_code == 200
    with httpx.Client(base_url=address) as client:
        assert client.post("/login", data={"username": "ann", "password": "no"}).status_code == 400
        assert client.post("/login", data={"username": "ann", "password": "secret"}).status_code == 200
        assert '"username":"ann"' in client.get("/").text.replace(" ", "")
        assert client.get("/logout", follow_redirects=False).status_code < 400
        assert client.get("/config").status_code == 401


def test_guessing_is_slowed_and_what_is_right_is_let_in_all_the_same(locked: tuple[str, Gate]) -> None:
    address, _ = locked

    def took(**how: Any) -> tuple[int, float]:
        began = time.monotonic()
        return httpx.get(f"{address}/v1/models", timeout=60, **how).status_code, time.monotonic() - began

    for n in range(2):
        assert took(auth=("bob", str(n)))[0] == 401
    status, waited = took(auth=("bob", "again"))
    assert status == 401 and waited >= 1
    assert took(auth=("bob", "hidden"))[0] == 200  # waits a turn, and is let in
    assert took(auth=("ann", "secret"))[0] == 200 and took(headers=BEARER)[0] == 200
    status, waited = took(auth=("bob", "more"), headers={"x-forwarded-for": "203.0.113.7"})
    assert status == 401 and waited >= 1  # another address cannot be made up


def test_a_session_that_the_browser_named_is_empty_for_whoever_signs_in_next(locked: tuple[str, Gate]) -> None:
    address, _ = locked

    def signed_in(name: str, password: str) -> httpx.Client:
        client = httpx.Client(base_url=address, timeout=60)
        assert client.post("/login", data={"username": name, "password": password}).status_code == 200
        return client

    def seen(client: httpx.Client, where: str) -> str:
        return json.dumps(chat_server.event(client, "evidence", "go", "made-up", None, hash=where))

    nobody = httpx.Client(base_url=address)
    joined = {"data": [None], "fn_index": 0, "session_hash": "made-up"}
    assert nobody.post("/gradio_api/queue/join", json=joined).status_code == 401
    with contextlib.closing(signed_in("ann", "secret")) as ann, contextlib.closing(signed_in("bob", "hidden")) as bob:
        chat_server.event(ann, "chat", "example_select", "made-up", None, index=0, value={"text": QUESTION})
        assert QUESTION in seen(ann, "#sources=1")
        assert "1 of 126 papers" in seen(ann, "#only=alignment-faking-in-large-language-models")
        assert QUESTION not in seen(bob, "#sources=1") and "all 126 papers" in seen(bob, "#ask")
        assert QUESTION not in seen(ann, "#sources=1")  # and a new sign-in finds its place empty again


@pytest.mark.long
@pytest.mark.timeout(420)
def test_the_command_locks_everything_and_each_sees_their_own(tmp_path: Path, demo_home: Path, browser: Any) -> None:
    (tmp_path / "people").write_text("ann:secret\nbob:hidden\n", encoding="utf8")
    home = chat_server.with_demo(tmp_path / "home", demo_home)
    with chat_server.command(home, "--auth", str(tmp_path / "people"), CITEWELL_TOKEN="t0ken") as (address, _):
        chat_server.wait_until_ready(address, headers=BEARER)
        from gradio_client import Client

        client = Client(address, auth=("ann", "secret"), verbose=False)
        assert client.predict(QUESTION, api_name="/ask")["outcome"] == "answered"
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(chat_server.LONG)
        for name, word, before in (("ann", "secret", 0), ("bob", "hidden", 0), ("ann", "secret", 1)):
            page.goto(address)
            page.get_by_label("username").fill(name)
            page.get_by_label("password").fill(word)
            page.get_by_role("button", name="Login").click()
            chat_server.ready(page)
            chat_server.shown(page.locator("#conversations label"), count=before)
            if not before:
                chat_server.ask(page, QUESTION)
            page.goto(f"{address}/logout")
        assert "secret" not in json.dumps(httpx.get(address).text)
        context.close()
