"""The page while a language model writes: what is checked and what is not, doubt, stop, reload in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_scripted import GOOD, QUESTION, WEAK, WRONG, Slow, opened, scripted

from rag import Assistant

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]
SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => list.getEntries().forEach(
  (one) => { window.shifts += one.hadRecentInput ? 0 : one.value; }
)).observe({ type: 'layout-shift', buffered: false }); }"""
SEEN = """() => { window.seen = []; new MutationObserver(() => document.querySelectorAll('.pending').forEach(
  (one) => window.seen.push([one.className, one.textContent, getComputedStyle(one).color, one.children.length])
)).observe(document.getElementById('log'), { childList: true, subtree: true }); }"""


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return scripted(tmp_path)


@pytest.fixture
def page(assistant: Assistant, browser: Any) -> Iterator[Any]:
    with opened(browser, assistant) as page:
        yield page


def test_what_is_not_checked_yet_never_looks_supported(page: Any) -> None:
    page.evaluate(SEEN)
    exchange = chat_server.ask(page, QUESTION)
    seen = page.evaluate("window.seen")
    assert any(text.startswith("Teapot brews") for _, text, _, _ in seen)
    assert any(text.startswith("Bananas") for _, text, _, _ in seen)
    sure = page.evaluate("getComputedStyle(document.querySelector('.sentence.supported')).color")
    for classes, _, color, children in seen:
        assert classes == "sentence pending" and color != sure and children == 0  # no mark, no verdict
    verdicts = [one["verdict"] for one in chat_server.kept(page)[0]["answer"]["sentences"]]
    shown = [one.get_attribute("class") for one in exchange.locator(".sentence").all()]
    assert shown == [f"sentence {verdict}" for verdict in verdicts] and verdicts[0] == "supported"
    assert "unchecked" in verdicts and page.locator(".pending").count() == 0


def test_a_doubtful_sentence_looks_different_and_says_why(page: Any) -> None:
    exchange = chat_server.ask(page, QUESTION)
    border = "(one) => getComputedStyle(one).borderLeftStyle + getComputedStyle(one).backgroundColor"
    sure = exchange.locator(".sentence.supported").first
    for n, one in enumerate(chat_server.kept(page)[0]["answer"]["sentences"]):
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
    slow = assistant.llm = Slow(" ".join([GOOD, WEAK, WRONG] * 20), seconds=0.2)
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".sentence.supported").wait_for()
    page.locator(".pending").wait_for()
    page.click("#stop")
    page.locator(".notice", has_text="Stopped.").wait_for()
    page.locator("#send").wait_for()
    assert 0 < slow.pieces < 200  # of 340: the model was told to stop too
    assert page.locator(".sentence.supported").count() == 1  # what was checked so far can still be read
    assert chat_server.kept(page) == [] and page.locator("#stop").is_hidden()
    assistant.llm = Slow(GOOD, seconds=0)
    page.locator("button", has_text="Ask again").click()
    page.locator(".foot").wait_for()
    assert page.locator(".exchange").count() == 1
    assert [one["question"] for one in chat_server.kept(page)] == [QUESTION]


def test_a_sentence_can_be_used_while_the_next_one_is_written(page: Any, assistant: Assistant) -> None:
    assistant.llm = Slow(f"{GOOD} {WEAK} {WRONG}", seconds=0.25)
    page.evaluate(SHIFTS)
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".sentence.supported .mark").click()
    page.locator(".abstract mark").wait_for()
    assert page.locator(".pending, .working").count() > 0, "the answer was finished already"
    page.locator(".foot").wait_for()
    assert page.locator(".abstract mark").count() == 1, "the opened paper was closed by the end of the answer"
    assert page.locator(".exchange .mark[aria-current=true]").count() == 1
    assert page.evaluate("window.shifts") < 0.1  # Chromium's own measure: below 0.1 is good


def test_a_reload_in_the_middle_says_so_and_offers_the_question(page: Any, assistant: Assistant) -> None:
    assistant.llm = Slow(" ".join([GOOD] * 40), seconds=0.2)
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".pending").wait_for()
    page.reload()
    page.locator(".notice", has_text="The reload broke this answer off.").wait_for()
    assistant.llm = Slow(GOOD, seconds=0)
    page.click("text=Ask again")
    page.locator(".foot").wait_for()
    page.reload()
    page.locator(".foot").wait_for()
    assert page.locator(".notice").count() == 0 and page.inner_text(".asked") == QUESTION
