"""The page in real Chromium against the real command on the demo corpus, in short."""

from __future__ import annotations

from collections.abc import Iterator

import chat_server
import httpx
import pytest


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chat_server.command(tmp_path_factory.mktemp("home")) as (address, _):
        chat_server.wait_until_ready(address)
        yield address


@pytest.mark.timeout(180)
def test_ask_open_the_span_follow_up_and_reload(address: str) -> None:
    with chat_server.chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watch = chat_server.Watch(page, address)
        page.goto(f"{address}/?q=what is alignment faking%3F")
        page.wait_for_selector(".examples button")
        assert page.input_value("#question") == "what is alignment faking?"
        assert page.locator(".exchange").count() == 0

        exchange = chat_server.ask(page, "What is the Community Alignment dataset?")
        exchange.locator(".mark").first.click()
        page.wait_for_selector(".abstract mark")
        kept = page.evaluate("fetch('/page/conversation').then(r => r.json())")
        citation = kept["exchanges"][0]["answer"]["citations"][0]
        assert page.inner_text(".abstract mark") == citation["quote"]
        assert page.inner_text(".evidence h2") == citation["title"]

        follow_up = chat_server.ask(page, "how many comparisons are in it?")
        assert "200,000" in follow_up.inner_text() and page.locator(".exchange").count() == 2
        nothing = chat_server.ask(page, "Who won the football world cup in 1998?")
        assert nothing.locator(".abstention").count() == 1 and nothing.locator(".near button").count() > 0

        page.reload()
        page.locator(".exchange .foot").nth(2).wait_for()
        watch.clean()


def test_without_the_page_the_answer_is_the_same(address: str) -> None:
    body = {"model": "citewell", "messages": [{"role": "user", "content": "What is grammar-aligned decoding?"}]}
    found = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60).json()
    text, answer = found["choices"][0]["message"]["content"], found["citewell"]
    assert answer["outcome"] == "answered" and f"[{answer['citations'][0]['marker']}]" in text
    assert answer["citations"][0]["quote"] in text
