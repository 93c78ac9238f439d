"""The page with a language model that says what a test tells it, piece by piece: streaming, doubt, stop, judging."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from index.locations import home
from rag import Assistant
from rag.llms import ScriptedLLM
from rag.llms.base import Delta, Request
from rag.verify import FakeVerifier
from ui.chat import create_app

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]
PAPERS = """{"id": "tea", "title": "Teapot: Brewing Models", "abstract": "Teapot brews models in 7 minutes. \
Teapot beats the Kettle baseline by 12% on MMLU. The code of Teapot is public."}
{"id": "cup", "title": "Teacup: Small Models", "abstract": "Teacup was trained on a single laptop."}
"""
QUESTION = "How fast does Teapot brew models?"
GOOD = "Teapot brews models in 7 minutes [1]."
WEAK = "Teapot brews excellent strong fragrant coffee [1]."
WRONG = "Bananas grow yellow under tropical sunshine."
SEEN = """() => { window.seen = []; new MutationObserver(() => document.querySelectorAll('.pending').forEach(
  (one) => window.seen.push([one.className, one.textContent, getComputedStyle(one).color, one.children.length])
)).observe(document.getElementById('log'), { childList: true, subtree: true }); }"""


class Slow(ScriptedLLM):
    """Takes its time for each word."""

    def __init__(self, *script: str, seconds: float = 0.06) -> None:
        super().__init__(*script)
        at_once = self._scripted.open

        def slowly(request: Request) -> Iterator[Delta]:
            for piece in at_once(request):
                time.sleep(seconds)
                yield piece

        self._scripted.open = slowly  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chat_server.chromium() as browser:
        yield browser


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "papers.jsonl").write_text(PAPERS, encoding="utf8")
    sync([tmp_path / "papers.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    index = open_index(tmp_path / "index", embedder=FakeEmbedder())
    return Assistant(index, llm=Slow(f"{GOOD} {WEAK} {WRONG}"), verifier=FakeVerifier(), abstain=False)


@pytest.fixture
def page(assistant: Assistant, browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    with chat_server.serving(create_app(assistant)) as address:
        page = context.new_page()
        watch = chat_server.Watch(page, address, refusals=True)
        page.goto(address)
        page.wait_for_selector(".examples button")
        yield page
        context.close()
        watch.clean()


def kept(page: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("fetch('/page/conversation').then(r => r.json())")["exchanges"]
    return found


def test_what_is_not_checked_yet_never_looks_supported(page: Any) -> None:
    page.evaluate(SEEN)
    exchange = chat_server.ask(page, QUESTION)
    seen = page.evaluate("window.seen")
    assert any(text.startswith("Teapot brews") for _, text, _, _ in seen)
    assert any(text.startswith("Bananas") for _, text, _, _ in seen)
    sure = page.evaluate("getComputedStyle(document.querySelector('.sentence.supported')).color")
    for classes, _, color, children in seen:
        assert classes == "sentence pending" and color != sure and children == 0  # no mark, no verdict
    verdicts = [one["verdict"] for one in kept(page)[0]["answer"]["sentences"]]
    shown = [one.get_attribute("class") for one in exchange.locator(".sentence").all()]
    assert shown == [f"sentence {verdict}" for verdict in verdicts] and verdicts[0] == "supported"
    assert "unsupported" in verdicts and page.locator(".pending").count() == 0


def test_a_doubtful_sentence_looks_different_and_says_why(page: Any) -> None:
    exchange = chat_server.ask(page, QUESTION)
    border = "(one) => getComputedStyle(one).borderLeftStyle + getComputedStyle(one).backgroundColor"
    sure = exchange.locator(".sentence.supported").first
    for n, one in enumerate(kept(page)[0]["answer"]["sentences"]):
        sentence = exchange.locator(".sentence").nth(n)
        if one["verdict"] == "supported":
            assert sentence.locator(".verdict").count() == 0
            continue
        assert sentence.evaluate(border) != sure.evaluate(border)
        badge = sentence.locator(".verdict")
        assert badge.inner_text() == one["verdict"]
        why = badge.get_attribute("title")
        assert why and (not one["note"] or one["note"] in why)
        badge.click()
        assert page.inner_text("#toast") == why
        if one["note"] or one["markers"]:
            sentence.locator(".words").hover()
            page.locator(".peek").wait_for()
            assert not one["note"] or one["note"] in page.inner_text(".peek")
            page.mouse.move(5, 5)
            page.locator(".peek").wait_for(state="detached")


def test_stop_keeps_nothing_and_the_question_can_be_asked_again(page: Any, assistant: Assistant) -> None:
    assistant.llm = Slow(" ".join([GOOD, WEAK, WRONG] * 3), seconds=0.4)
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".pending").wait_for()
    began = time.monotonic()
    page.click("#stop")
    page.locator(".notice", has_text="Stopped.").wait_for(timeout=5000)
    assert time.monotonic() - began < 2
    page.locator("#send").wait_for()
    assert kept(page) == [] and page.locator("#stop").is_hidden()
    assistant.llm = Slow(GOOD, seconds=0)
    page.locator("button", has_text="Ask again").click()
    page.locator(".foot").wait_for()
    assert page.locator(".exchange").count() == 1 and [one["question"] for one in kept(page)] == [QUESTION]


def test_ask_again_and_edit_replace_and_a_second_judgement_does_too(page: Any, assistant: Assistant) -> None:
    assistant.llm = Slow(GOOD, GOOD, "The code of Teapot is public [1].", seconds=0)
    chat_server.ask(page, QUESTION)
    page.click("text=Good")
    page.locator("[aria-label='Good answer'][aria-pressed=true]").wait_for()
    page.click("text=Bad")
    page.locator("[aria-label='Bad answer'][aria-pressed=true]").wait_for()
    assert page.locator("[aria-pressed=true]").count() == 1
    lines = (page.evaluate("fetch('/page/feedback/candidates.jsonl').then(r => r.text())")).splitlines()
    assert [json.loads(line)["question"] for line in lines[1:]] == [QUESTION]
    assert json.loads(lines[1])["reference_answers"] == [] and (home() / "feedback.sqlite").exists()
    page.locator(".foot >> text=Ask again").click()
    page.locator("[aria-pressed=true]").wait_for(state="detached")
    page.locator(".foot").wait_for()
    assert page.locator(".exchange").count() == 1 == len(kept(page))
    chat_server.ask(page, "Is the code of Teapot public?")
    page.locator(".foot >> text=Edit").first.click()
    page.fill("#question", "Is Teapot public?")
    page.keyboard.press("Enter")
    page.locator(".asked", has_text="Is Teapot public?").wait_for()
    page.locator(".foot").wait_for()
    assert [one["question"] for one in kept(page)] == ["Is Teapot public?"] and page.locator(".exchange").count() == 1


def test_models_are_switched_without_a_restart(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.llms

    real, secret = rag.llms.get_llm, "sk-nobody-may-see-this"
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    other = ScriptedLLM("The code of Teapot is public [1].")
    monkeypatch.setattr(rag.llms, "get_llm", lambda name: other if name == "openai:other" else real(name))
    page.click("#tab-models")
    page.locator("strong", has_text="scripted:script").wait_for()
    assert page.locator("[aria-label=Providers] li", has_text="openai").locator(".badge.yes").count() == 1
    page.fill("input[aria-label=Model]", "nonsense:model")
    page.click("text=Use this model")
    page.locator("#toast.on", has_text=re.compile("nonsense")).wait_for()
    page.click("text=Use none: quote the papers")
    page.locator("strong", has_text="no language model").wait_for()
    page.click("#tab-ask")
    assert "quoted, no model" in chat_server.ask(page, QUESTION).locator(".spent").inner_text()
    page.click("#tab-models")
    page.fill("input[aria-label=Model]", "openai:other")
    page.click("text=Use this model")
    page.locator("#toast.on", has_text="The next question uses it").wait_for()
    page.click("#tab-ask")
    assert "code of Teapot is public" in chat_server.ask(page, QUESTION).inner_text()
    everything = page.content() + page.evaluate("fetch('/page/models').then(r => r.text())")
    assert secret not in everything and secret.encode() not in b"".join(
        one.read_bytes() for one in home().rglob("*") if one.is_file()
    )
