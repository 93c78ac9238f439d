"""Twenty people who ask ten questions each at once: every answer right, memory steady, the latency told."""

from __future__ import annotations

import json
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import chat_server
import httpx
import pytest

from index import Index

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
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


def test_twenty_people_ask_ten_questions_each(tmp_path: Path, demo: Index, capsys: pytest.CaptureFixture[str]) -> None:
    with chat_server.command(chat_server.with_demo(tmp_path / "home", demo)) as (address, pid):
        chat_server.wait_until_ready(address)
        asked_by_twenty(address, pid, capsys)


def asked_by_twenty(address: str, pid: int, capsys: pytest.CaptureFixture[str]) -> None:
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
    with capsys.disabled():
        print(f"\n20 people x 10 questions at once: p95 {p95:.2f} s, median {statistics.median(spent):.2f} s")
        print(f"resident after question 3: {memory[3] / 1024:.0f} MB, after question 10: {memory[10] / 1024:.0f} MB")
    assert wrong == [] and len(spent) == 200
    assert memory[10] <= memory[3] * 1.05, memory
