"""What other programs use: MCP, the OpenAI client, Gradio's client; auth around all; load and memory."""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import httpx
import pytest

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
QUESTION = "What is alignment faking?"
ASKED = (
    "What is alignment faking?",
    "What is grammar-aligned decoding?",
    "What is the Community Alignment dataset?",
    "What is the Alignment Quality Index?",
    "Which papers study reward hacking?",
    "How can a model be aligned without fine-tuning?",
    "Who won the football world cup in 1998?",
    "How does ADPA turn an aligned teacher into a training signal for a small student?",
    "What is the best recipe for pancakes?",
    "How should a model behave when it does not know the answer?",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with chat_server.command(tmp_path_factory.mktemp("home"), "--mcp") as (address, pid):
        chat_server.wait_until_ready(address)
        yield address, pid


def test_an_mcp_client_gets_the_cited_answer(server: tuple[str, int]) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def use() -> tuple[dict[str, Any], Any, Any]:
        async with (
            streamablehttp_client(f"{server[0]}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            asked = await session.call_tool("ask", {"question": QUESTION})
            found = await session.call_tool("search", {"question": QUESTION, "limit": 3})
            return tools, asked, found

    tools, asked, found = asyncio.run(use())
    assert set(tools) == {"ask", "search", "get_paper"}
    assert "verbatim" in tools["ask"].description and "question" in tools["ask"].inputSchema["properties"]
    text = asked.content[0].text
    assert "Alignment faking in large language models" in text and "quote" in text
    assert "alignment-faking" in found.content[0].text.lower()


def test_the_openai_client_gets_the_cited_answer(server: tuple[str, int]) -> None:
    from openai import OpenAI

    client = OpenAI(base_url=f"{server[0]}/v1", api_key="none", http_client=httpx.Client(trust_env=False))
    assert [one.id for one in client.models.list()] == ["citewell"]
    messages: Any = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model="citewell", messages=messages).choices[0].message.content
    parts = client.chat.completions.create(model="citewell", messages=messages, stream=True)
    streamed = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert whole and "[1]" in whole and "Sources:" in whole and streamed == whole


def test_gradios_client_gets_the_cited_answer(server: tuple[str, int]) -> None:
    from gradio_client import Client

    client = Client(server[0], verbose=False)
    answer = client.predict(QUESTION, api_name="/ask")
    paper = client.predict(answer["citations"][0]["paper_id"], api_name="/get_paper")
    citation = answer["citations"][0]
    assert paper["abstract"][citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_a_page_elsewhere_cannot_talk_to_it(server: tuple[str, int], headers: dict[str, str], status: int) -> None:
    for path in ("/", "/config", "/v1/models", "/page/conversation", "/gradio_api/info"):
        assert httpx.get(server[0] + path, headers=headers).status_code == status


READ = """/ /config /page/status /page/export/json /app/main.js /v1/models /gradio_api/info /gradio_api/mcp/
    /gradio_api/file=/etc/passwd /monitoring /favicon.ico"""
WRITTEN = "/gradio_api/call/ask /gradio_api/queue/join /gradio_api/upload /v1/chat/completions /page/stop"


def test_auth_covers_everything(tmp_path: Path) -> None:
    environment = {"CITEWELL_AUTH": "ann:secret", "CITEWELL_TOKEN": "t0ken"}
    with chat_server.command(tmp_path, "--auth", "env", "--mcp", **environment) as (address, _):
        for path in READ.split():
            assert httpx.get(address + path).status_code == 401, path
        for path in WRITTEN.split():
            assert httpx.post(address + path, json={}).status_code == 401, path
        bearer = {"authorization": "Bearer t0ken"}
        chat_server.wait_until_ready(address, headers=bearer)
        assert httpx.get(f"{address}/v1/models", headers=bearer).status_code == 200
        assert httpx.get(f"{address}/v1/models", headers={"authorization": "Bearer no"}).status_code == 401
        assert httpx.get(f"{address}/gradio_api/file=/etc/passwd", headers=bearer).status_code == 404
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


def test_size_and_rate_are_limited() -> None:
    from index import demo_index
    from rag import Assistant
    from ui.chat import create_app
    from ui.security import Guard

    with demo_index() as index:
        app = create_app(Assistant(index), guard=Guard(upload_megabytes=1, requests_a_minute=5))
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


def resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def converse(client: httpx.Client, question: str) -> dict[str, Any]:
    event = client.post("/gradio_api/call/converse", json={"data": [question, 0]}).json()["event_id"]
    last: Any = None
    with client.stream("GET", f"/gradio_api/call/converse/{event}") as reply:
        for line in reply.iter_lines():
            if line.startswith("data: ") and line != "data: null":
                last = json.loads(line[6:])
    return last[0]["exchange"]


def test_twenty_people_ask_ten_questions_each(server: tuple[str, int]) -> None:
    address, pid = server
    expected = {}
    memory = {}
    with httpx.Client(base_url=address, timeout=120) as alone:
        alone.get("/")
        for n, question in enumerate(ASKED, 1):
            alone.post("/page/conversation/clear", json={})
            expected[question] = converse(alone, question)["answer"]["text"]
            memory[n] = resident(pid)
    wrong: list[Any] = []
    spent: list[float] = []

    def person(number: int) -> None:
        try:
            with httpx.Client(base_url=address, timeout=300) as client:
                client.get("/")
                for step in range(10):
                    question = ASKED[(number + step) % 10]
                    client.post("/page/conversation/clear", json={})
                    began = time.perf_counter()
                    got = converse(client, question)
                    spent.append(time.perf_counter() - began)
                    if got["question"] != question or got["answer"]["text"] != expected[question]:
                        wrong.append((number, question, got["answer"]["text"][:80]))
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            wrong.append((number, repr(error)))

    people = [threading.Thread(target=person, args=(n,)) for n in range(20)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    p95 = statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else 0
    print(f"\n20 people x 10 questions: p95 {p95:.2f} s, median {statistics.median(spent):.2f} s; resident {memory} kB")
    assert wrong == [] and len(spent) == 200
    assert memory[10] <= memory[3] * 1.05, memory
