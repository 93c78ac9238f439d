"""The page in real Chromium against the real command on the demo papers: a conversation and its evidence."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_server import ask, opened, tab

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
FAKING = "What is alignment faking?"
MARK, USER = "#chat a[href^='#cite=']", "#chat [data-testid=user]"


def test_every_mark_opens_the_very_words_and_the_old_answer_keeps_its_own_sources(address: str, browser: Any) -> None:
    page = opened(browser, address)
    ask(page, FAKING)
    marks = page.locator(MARK)
    assert marks.count() >= 2
    marks.first.hover()
    page.wait_for_timeout(600)  # a card over the next sentences would be there by now
    assert chat_server.uncovered(page) and "Alignment faking" in marks.first.get_attribute("title")
    for n in range(2):
        marks.nth(n).click()
        page.locator(".evidence .kicker", has_text=f"Source {n + 1} of the answer").wait_for()
        words = page.inner_text(".evidence mark")
        assert words and words in page.inner_text(".evidence .abstract")
        assert page.locator(".evidence h2").bounding_box()["y"] >= 0  # the title stays in sight
        assert "citewell's own summary" in page.inner_text(".evidence .warning")
        assert page.locator(".evidence .links a").first.get_attribute("href").startswith("https://")
    ask(page, "What is grammar-aligned decoding?", 2)
    page.locator("#chat a[href='#sources=1']").click()
    page.locator(".evidence h2", has_text=FAKING).wait_for()
    assert "Alignment faking" in page.inner_text(".evidence .sources")
    page.watch.clean()
    page.close()


def test_follow_up_read_and_asked_alone_and_an_abstention(address: str, browser: Any) -> None:
    page = opened(browser, address)
    ask(page, "What is the Community Alignment dataset?")
    follow_up = ask(page, "how many comparisons are in it?", 2)
    assert "200,000" in follow_up.inner_text() and "Read as a follow-up" in follow_up.inner_text()
    page.get_by_role("button", name="Ask it by itself, not as a follow-up").click()
    page.locator("#chat [data-testid=bot]").last.locator("text=Read as a follow-up").wait_for(state="detached")
    chat_server.answered(page, 2)
    refused = ask(page, "Who won the football world cup in 1998?", 3)
    assert "Not in these papers" in refused.inner_text()
    refused.locator("a[href^='#paper=']").first.click()
    page.locator(".evidence .kicker", has_text="Paper").wait_for()
    page.watch.clean()
    page.close()


def test_two_tabs_hold_two_conversations_and_back_stays_within_the_app(address: str, browser: Any) -> None:
    one, two = opened(browser, address), opened(browser, address)
    ask(one, FAKING)
    ask(two, "What is grammar-aligned decoding?")
    ask(one, "Which papers deal with hallucination?", 2)
    assert one.locator(USER).count() == 2 and two.locator(USER).count() == 1
    one.locator(MARK).first.click()
    one.locator(".evidence mark").wait_for()
    tab(one, "Papers")
    one.wait_for_url("**#papers")
    one.go_back()
    one.locator(".evidence .kicker", has_text="Source 1").wait_for()
    one.locator("#chat").wait_for()
    tab(two, "Papers")
    names = chat_server.map_names(two)
    said = " ".join(two.locator("#map svg title").all_text_contents()).lower()
    assert len(names) > 8 and all(name.split()[-1][:5].lower() in said for name in names)
    two.locator("#map svg a").nth(5).click()
    two.locator(".evidence .kicker", has_text="Paper").wait_for(state="attached")
    assert 0 <= two.locator(".evidence h2").bounding_box()["y"] < 800  # beside the map, however far down that is
    assert {"context", "actively", "following", "scratch", "long"}.isdisjoint(names)
    for page in (one, two):
        page.watch.clean()
        page.close()


def test_a_conversation_is_found_again_after_a_restart(home: Path, browser: Any) -> None:
    with chat_server.command(home) as (address, _):
        chat_server.wait_until_ready(address)
        page = opened(browser, address)
        shown = ask(page, FAKING).inner_text()
        page.wait_for_url("**?c=*")
        kept = page.url.partition("?c=")[2]
        page.close()
    with chat_server.command(home) as (address, _):
        chat_server.wait_until_ready(address)
        page = opened(browser, address, f"/?c={kept}")
        assert chat_server.answered(page, 1).inner_text() == shown
        page.locator("#new").click()
        page.locator("#chat [data-testid=bot]").first.wait_for(state="detached")
        page.fill("#find textarea, #find input", "zebras")
        page.locator("#conversations label").first.wait_for(state="detached")
        page.fill("#find textarea, #find input", "alignment faking")
        page.locator("#conversations label").first.click()
        chat_server.answered(page, 1)
        page.locator("#this button").first.click()
        page.fill("#title textarea, #title input", "Models that pretend")
        page.get_by_role("button", name="Rename").first.click()
        page.locator("#conversations label", has_text="Models that pretend").wait_for()
        page.locator("#delete").click()
        page.locator("#chat [data-testid=bot]").first.wait_for(state="detached")
        page.locator("#undelete").click()
        chat_server.answered(page, 1)
        page.watch.clean()
        page.close()
    rows = sqlite3.connect(home / "conversations.sqlite").execute("SELECT title FROM conversations").fetchall()
    assert ("Models that pretend",) in rows


def test_on_a_phone_to_the_evidence_and_back(address: str, browser: Any) -> None:
    page = opened(browser, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    ask(page, FAKING)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not page.locator(".evidence").is_visible()
    page.locator(MARK).first.tap()
    page.locator(".evidence mark").wait_for()
    page.locator(".evidence .back").tap()
    page.locator(".evidence .sources").wait_for()
    page.locator(".evidence .back").tap()
    page.locator(".evidence").wait_for(state="hidden")
    page.locator("#chat a[href='#sources=1']").tap()
    page.locator(".evidence .sources").wait_for()
    page.go_back()
    page.locator(".evidence").wait_for(state="hidden")
    page.watch.clean()
    page.close()


def test_by_keyboard_alone(address: str, browser: Any) -> None:
    page = opened(browser, address)
    page.locator(chat_server.BOX).focus()
    page.keyboard.type(FAKING)
    page.keyboard.press("Enter")
    chat_server.answered(page, 1)
    page.locator(MARK).first.focus()
    page.keyboard.press("Enter")
    page.locator(".evidence mark").wait_for()
    page.wait_for_function("document.activeElement.matches('.evidence h2')")
    page.keyboard.press("Escape")
    page.wait_for_url("**#ask")
    page.wait_for_function("document.activeElement.matches('a[href^=\"#cite=\"]')")
    page.watch.clean()
    page.close()
