"""Trying to get in: other names, other pages, paths out of the folder, crooked and large bodies, too many requests."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
OUTSIDE = """//gradio_api/file=/etc/passwd /page/ /page/conversation /config/ /gradio_api/monitoring /monitoring
    /gradio_api/proxy=http://example.org /docs /openapi.json /gradio_api/process_recording /gradio_api/component_server
    /gradio_api/runs /gradio_api/deep_link /v1/ /app/main.js /gradio_api/stream/x/y/z/playlist.m3u8"""
FILES = """/gradio_api/file=/etc/passwd /gradio_api/file=../../../../etc/passwd /gradio_api/mcp/../file=/etc/passwd
    /gradio_api/file=%2fetc%2fpasswd /static/..%2f..%2fapp.py /assets/..%2f..%2f..%2f..%2fetc%2fpasswd"""
CROOKED: tuple[tuple[str, Any], ...] = (
    ("/v1/chat/completions", {"messages": 5}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": {"a": 1}}]}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x" * 3000}]}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}], "model": "citewell/../../etc"}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": " "}]}),
    ("/v1/chat/completions", {}),
    ("/gradio_api/run/ask", {"data": [" ", ""]}),
    ("/gradio_api/run/ask", {"data": ["x" * 20_000, ""]}),
    ("/gradio_api/run/ask", {"data": ["what?", "years:²²²²"]}),
    ("/gradio_api/run/get_paper", {"data": ["no such paper"]}),
    ("/gradio_api/run/ask", {"data": []}),
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


@pytest.mark.parametrize("path", FILES.split())
def test_no_file_of_the_machine_is_given_away(address: str, path: str) -> None:
    assert raw(address, path) in (400, 403, 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:7860"}, 421),
        ({"host": "0.0.0.0"}, 421),
        ({"host": "127.0.0.1:80@evil"}, 421),
        ({"host": "[::1]evil"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_page_elsewhere_cannot_talk_to_it(address: str, headers: dict[str, str], status: int) -> None:
    for path in ("/", "/config", "/v1/models", "/theme.css", "/gradio_api/info", "/gradio_api/mcp/schema"):
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
    line = said["detail"] if "detail" in said else said["error"]
    line = line["message"] if isinstance(line, dict) else line.partition("\n")[0]  # Gradio lists the values it wants
    assert line and "\n" not in line and "Traceback" not in line


def test_no_error_tells_where_on_this_machine_something_lies(demo: Index, tmp_path: Path) -> None:
    broken, runs = Path(os.environ["CITEWELL_HOME"]) / "libraries" / "broken", tmp_path / "runs"
    for file, text in ((broken / "citewell.sqlite3", "none of it " * 1000), (runs / "odd" / "run.json", "{")):
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf8")
    asked = {"model": "citewell/broken", "messages": [{"role": "user", "content": QUESTION}]}
    with (
        chat_server.serving(create_app(Assistant(demo), runs=runs)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        said = [
            client.post("/v1/chat/completions", json=asked).text,
            client.post("/gradio_api/run/ask", json={"data": [QUESTION, "broken"]}).text,
            json.dumps(chat_server.event(client, "scores", "select", "s")),
            json.dumps(chat_server.event(client, "evidence", "go", "s", None, hash="#ask")),
            json.dumps(chat_server.event(client, "asked", "input", "s", "broken", None)),
            json.dumps(chat_server.event(client, "run", "input", "s", "odd", None)),
            json.dumps(chat_server.event(client, "evidence", "go", "s", None, hash="#paper=nonsense")),
        ]
    assert "broken" in said[0] and "broken" in said[1] and "run.json is damaged" in said[2]
    assert not [one for one in said if str(tmp_path) in one or str(Path.cwd()) in one]


def test_half_a_character_breaks_nothing(address: str) -> None:
    headers = {"content-type": "application/json"}
    for path, body in (
        ("/v1/chat/completions", r'{"messages": [{"role": "user", "content": "what is \ud83d alignment"}]}'),
        ("/gradio_api/run/ask", r'{"data": ["what is \ud83d alignment", ""]}'),
    ):
        assert httpx.post(address + path, content=body, headers=headers, timeout=60).status_code == 200


def test_size_and_rate_are_limited(demo: Index) -> None:
    app = create_app(Assistant(demo), guard=Guard(upload_megabytes=1, requests_a_minute=5))
    with chat_server.serving(app) as address:
        big = {"files": ("a.ris", b"x" * 1_100_000)}
        assert httpx.post(f"{address}/gradio_api/upload", files=big).status_code == 413
        multipart = {"content-type": "multipart/form-data; boundary=x"}
        head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.ris"\r\n\r\n'
        chunks = (part for part in [head, *[b"x" * 65_536] * 20])
        assert httpx.post(f"{address}/gradio_api/upload", content=chunks, headers=multipart).status_code == 413
        body = {"messages": [{"role": "user", "content": QUESTION}]}
        with ThreadPoolExecutor(8) as people:  # at once, so that no time passes in which more were allowed
            asked = [
                people.submit(httpx.post, f"{address}/v1/chat/completions", json=body, timeout=120) for _ in range(8)
            ]
        seen = [one.result().status_code for one in asked]
        assert 200 in seen and 429 in seen


def test_a_chunked_body_is_not_read_on_once_it_is_too_large(demo: Index) -> None:
    app = create_app(Assistant(demo), guard=Guard(upload_megabytes=1))
    with chat_server.serving(app) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        head = f"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}:{port}\r\nTransfer-Encoding: chunked\r\n"
        head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        start = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.ris"\r\n\r\n'
        sent = 0
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head.encode() + f"{len(start):x}\r\n".encode() + start + b"\r\n")
            with contextlib.suppress(ConnectionError):
                while sent < 64 * 1024 * 1024:
                    connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                    sent += 65_536
        assert sent < 32 * 1024 * 1024


def test_a_frame_is_allowed_where_it_was_asked_for_and_nowhere_else(address: str, demo: Index) -> None:
    headers = httpx.get(address).headers
    assert headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in headers["content-security-policy"]
    with chat_server.serving(create_app(Assistant(demo), guard=Guard(embed=True))) as embedded:
        headers = httpx.get(embedded).headers
        assert "x-frame-options" not in headers and "frame-ancestors *" in headers["content-security-policy"]
