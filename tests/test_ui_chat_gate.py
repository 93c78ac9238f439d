"""Trying to get in: other names, other pages, paths out of the folder, crooked and large bodies, too many requests."""

from __future__ import annotations

import socket
from collections.abc import Iterator
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
OUTSIDE = """/gradio_api/file=/etc/passwd //gradio_api/file=/etc/passwd /app/../gradio_api/file=/etc/passwd
    /app/..%2f..%2fchat.py /page/..%2fgradio_api/file=/etc/passwd /page/ /config/ /page/config /gradio_api/upload
    /gradio_api/proxy=http://example.org /gradio_api/mcp/../file=/etc/passwd /monitoring /theme.css /docs /openapi.json
    /page/export/..%2f..%2fetc%2fpasswd /gradio_api/startup-events /gradio_api/component_server /v1/ /static/x"""
CROOKED: tuple[tuple[str, Any], ...] = (
    ("/v1/chat/completions", {"messages": 5}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": {"a": 1}}]}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x" * 3000}]}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}], "model": "citewell/../../etc"}),
    ("/page/feedback", {"number": "x", "good": 3}),
    ("/page/filter", {"year_from": {"a": 1}, "page": [1]}),
    ("/page/library/remove", {"ids": 5}),
    ("/page/library/choose", {"name": "../x"}),
    ("/page/library/create", {"name": "../x"}),
    ("/page/library/apply", {"token": None}),
    ("/page/models", {"llm": "gguf:/etc/passwd"}),
    ("/page/models", {"verifier": "fake"}),
)


@pytest.fixture(scope="module")
def open_app(demo: Index) -> Gate:
    return create_app(Assistant(demo), mcp=True)


@pytest.fixture(scope="module")
def address(open_app: Gate) -> Iterator[str]:
    with chat_server.serving(open_app) as address:
        yield address


def raw(address: str, path: str) -> int:
    """The status of a GET whose path is sent as it is: clients tidy it up."""
    host = address.removeprefix("http://")
    with socket.create_connection(tuple(host.split(":")), timeout=20) as connection:  # type: ignore[arg-type]
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return int(connection.recv(64).split()[1])


@pytest.mark.parametrize("path", OUTSIDE.split())
def test_what_is_not_ours_to_serve_is_not_there(address: str, path: str) -> None:
    assert raw(address, path) in (404, 405)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:7860"}, 421),
        ({"host": "0.0.0.0"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_page_elsewhere_cannot_talk_to_it(address: str, headers: dict[str, str], status: int) -> None:
    for path in ("/", "/config", "/v1/models", "/page/conversation", "/gradio_api/info", "/gradio_api/mcp/schema"):
        assert httpx.get(address + path, headers=headers).status_code == status, path
    ask = {"access-control-request-method": "POST"}
    assert httpx.request("OPTIONS", f"{address}/v1/chat/completions", headers=headers | ask).status_code == status


def test_no_websocket_is_opened(address: str) -> None:
    upgrade = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    upgrade["sec-websocket-key"] = "x3JJHMbDL1EzLkh9GBhXDw=="
    assert httpx.get(f"{address}/gradio_api/queue/join", headers=upgrade).status_code == 403


@pytest.mark.parametrize(("path", "body"), CROOKED)
def test_a_crooked_request_is_answered_in_one_line(address: str, path: str, body: Any) -> None:
    reply = httpx.post(address + path, json=body)
    assert reply.status_code == 400, reply.text
    said = reply.json()
    line = said["detail"] if "detail" in said else said["error"]["message"]
    assert line and "\n" not in line and "Traceback" not in line


def test_half_a_character_breaks_nothing(address: str) -> None:
    headers = {"content-type": "application/json"}
    for path, body in (
        ("/v1/chat/completions", r'{"messages": [{"role": "user", "content": "what is \ud83d alignment"}]}'),
        ("/gradio_api/run/ask", r'{"data": ["what is \ud83d alignment", ""]}'),
        ("/page/filter", r'{"title": "\ud83d"}'),
    ):
        assert httpx.post(address + path, content=body, headers=headers, timeout=60).status_code == 200


def test_size_and_rate_are_limited(demo: Index) -> None:
    app = create_app(Assistant(demo), guard=Guard(upload_megabytes=1, requests_a_minute=5))
    with chat_server.serving(app) as address:
        big = {"files": ("a.ris", b"x" * 1_100_000)}
        assert httpx.post(f"{address}/page/library/plan", files=big).status_code == 413
        multipart = {"content-type": "multipart/form-data; boundary=x"}
        head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.ris"\r\n\r\n'
        chunks = (part for part in [head, *[b"x" * 65_536] * 20])
        assert httpx.post(f"{address}/page/library/plan", content=chunks, headers=multipart).status_code == 413
        body = {"messages": [{"role": "user", "content": QUESTION}]}
        seen = [httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60).status_code for _ in range(8)]
        assert 200 in seen and seen[-1] == 429
