"""Twenty people who ask ten questions each and more, while papers are added: all right, memory steady, latency told."""

from __future__ import annotations

import itertools
import shutil
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import chat_server
import httpx
import pytest

from index import sync

NUMBATS = '{"id": "n", "title": "Numbats", "abstract": "Numbats eat termites by day. They have no pouch."}'
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
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


def answer(client: httpx.Client, question: str) -> dict[str, Any]:
    reply = client.post("/gradio_api/run/ask", json={"data": [question, ""]})
    found: dict[str, Any] = reply.raise_for_status().json()["data"][0]
    return found


def test_twenty_people_ask_ten_questions_each(
    tmp_path: Path, demo_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = shutil.copytree(demo_home / "demo", tmp_path / "papers")
    (tmp_path / "more.jsonl").write_text(NUMBATS, encoding="utf8")
    sync([tmp_path / "more.jsonl"], index=tmp_path / "elsewhere")  # loads the model, so that the next one is quick
    with chat_server.command(tmp_path / "home", "--index", str(papers)) as (address, pid):
        chat_server.wait_until_ready(address)
        with httpx.Client(base_url=address, timeout=300) as alone:
            expected = {question: answer(alone, question)["text"] for question in ASKED}
            before = resident(pid)
        wrong: list[Any] = []
        spent: list[float] = []
        added = threading.Event()

        def person(number: int) -> None:
            try:
                with httpx.Client(base_url=address, timeout=600) as client:
                    for step in itertools.count():
                        if step >= 10 and added.is_set():
                            return
                        question = ASKED[(number + step) % 10]
                        began = time.perf_counter()
                        got = answer(client, question)
                        spent.append(time.perf_counter() - began)
                        if got["question"] != question or got["text"] != expected[question]:
                            wrong.append((number, question, got["text"][:80]))
            except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
                wrong.append((number, repr(error)))

        people = [threading.Thread(target=person, args=(n,)) for n in range(20)]
        for one in people:
            one.start()
        while len(spent) < 20 and any(one.is_alive() for one in people):
            time.sleep(0.1)
        asked_before = len(spent)
        sync([tmp_path / "more.jsonl"], index=papers)
        asked_after = len(spent)
        added.set()
        for one in people:
            one.join()
        after = resident(pid)
        with httpx.Client(base_url=address, timeout=300) as alone:
            assert "termites" in answer(alone, "What do numbats eat?")["text"]
    assert 20 <= asked_before <= asked_after < len(spent)  # the sync, of a moment, came while they asked
    p95 = statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else 0
    with capsys.disabled():
        print(f"\n20 people, {len(spent)} questions at once: p95 {p95:.2f} s, median {statistics.median(spent):.2f} s")
        print(f"resident after 10 questions: {before / 1024:.0f} MB, after {len(spent) + 10}: {after / 1024:.0f} MB")
    assert wrong == [] and len(spent) >= 200
    assert after <= before * 1.2, (before, after)
