"""Switching on the Models tab: to a real language model in a GGUF file, to a server of one, and between verifiers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
import smollm2

from index import Index

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
FAKING = "What is alignment faking?"
SLOW = 300_000  # ms that a small model may take on a machine that others use too


@pytest.fixture(scope="module")
def gguf() -> Path:
    try:
        return smollm2.gguf()
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, demo: Index) -> Path:
    return chat_server.with_demo(tmp_path_factory.mktemp("home"), demo)


@pytest.fixture
def page(home: Path) -> Iterator[Any]:
    with chat_server.command(home, CITEWELL_THREADS="1") as (address, _), chat_server.chromium() as browser:
        chat_server.wait_until_ready(address)
        page = browser.new_page()
        watch = chat_server.Watch(page, address, refusals=True)
        page.goto(address)
        page.wait_for_selector(".examples button")
        yield page
        watch.clean()


def test_a_real_model_is_chosen_asked_stopped_and_left_without_a_restart(page: Any, gguf: Path) -> None:
    pytest.importorskip("xllamacpp")
    assert "quoted, no model" in chat_server.ask(page, FAKING).inner_text()
    page.click("#tab-models")
    page.click("[aria-label=Providers] >> text=gguf")
    assert page.input_value("input[aria-label=Model]") == "gguf:"
    page.keyboard.type(f"{gguf}.missing")
    page.keyboard.press("Enter")
    page.locator("#toast.on", has_text="is not a file").wait_for()
    page.fill("input[aria-label=Model]", f"gguf:{gguf}")
    page.click("text=Use this model")
    page.locator("strong", has_text=gguf.name).wait_for(timeout=SLOW)
    page.click("#tab-ask")
    page.fill("#question", "What do the authors of alignment faking say about Claude 3 Opus?")
    page.keyboard.press("Enter")
    page.locator(".pending").wait_for(timeout=SLOW)
    page.click("#stop")
    page.locator(".notice", has_text="Stopped.").wait_for(timeout=SLOW)
    assert len(chat_server.kept(page)) == 1
    page.fill("#question", FAKING)
    page.keyboard.press("Enter")
    page.locator(".exchange .foot").nth(1).wait_for(timeout=SLOW)
    kept = chat_server.kept(page)[1]["answer"]
    assert kept["usage"]["completion_tokens"] > 0, "the model was not asked"
    assert kept["model"].endswith(gguf.name) or "quoted from the papers, because" in kept["reason"]
    page.click("#tab-models")
    page.click("text=Use none: quote the papers")
    page.locator("strong", has_text="no language model").wait_for()
    page.click("#tab-ask")
    assert "quoted, no model" in chat_server.ask(page, FAKING).inner_text()


def test_a_chat_over_a_real_server_answers_and_names_it(home: Path, gguf: Path) -> None:
    pytest.importorskip("xllamacpp")
    serve = [sys.executable, str(Path(__file__).parent / "serve_gguf.py"), str(gguf)]
    with subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        try:
            url = f"{server.stdout.readline().strip()}/v1"
            with chat_server.command(home, "--llm-url", url) as (address, _), chat_server.chromium() as browser:
                chat_server.wait_until_ready(address)
                page = browser.new_page()
                page.goto(address)
                page.wait_for_selector(".examples button")
                page.fill("#question", FAKING)
                page.keyboard.press("Enter")
                page.locator(".exchange .foot").wait_for(timeout=SLOW)
                assert chat_server.kept(page)[0]["answer"]["usage"]["completion_tokens"] > 0
        finally:
            server.stdin.close()
            server.wait(60)


def test_the_verifier_in_use_is_shown_and_can_be_switched(page: Any) -> None:
    from rag.verify.factory import get_verifier

    page.click("#tab-models")
    chosen = page.locator("input[name=verifier]:checked")
    chosen.wait_for()
    assert chosen.get_attribute("value") == get_verifier().name
    judge = page.locator("input[value=llm-judge]")
    assert judge.is_disabled() and "Needs a language model" in page.locator(".choice", has=judge).inner_text()
    page.check("input[value=local]")
    page.locator("#toast.on", has_text="The next question uses it").wait_for()
    assert page.evaluate("fetch('/page/models').then(r => r.json())")["verifier"] == "local"
    page.reload()
    page.click("#tab-models")
    page.locator("input[value=local]:checked").wait_for()
