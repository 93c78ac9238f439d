"""What is done while an answer is being made is not lost, and the answer goes where it belongs."""

from __future__ import annotations

from typing import Any

import chat_server
import httpx
import pytest
from chat_server import ask, choose, shown, tab

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
FAKING, DECODING = "What is alignment faking?", "What is grammar-aligned decoding?"
HELD = "What is the Community Alignment dataset?"
USER, BOT = "#chat [data-testid=user]", "#chat [data-testid=bot]"
ALONE = "What is the Alignment Quality Index?"  # is asked in one test only
QUOTES = "Quotes only, no model"


def held(page: Any, port: int) -> None:
    """Have a model answer that says a word and waits until it is let."""
    httpx.get(f"http://127.0.0.1:{port}/hold", timeout=30)
    tab(page, "Models")
    page.fill("#server textarea, #server input", f"http://127.0.0.1:{port}/held/v1")
    page.fill("#served-model input", "held-model")
    page.press("#served-model input", "Enter")
    page.locator("#use-server").click()
    page.locator("#tested", has_text="answered by").wait_for()
    tab(page, "Ask")


def begin(page: Any, question: str) -> None:
    """Ask, and wait until the model has said its word."""
    page.fill(chat_server.BOX, question)
    page.press(chat_server.BOX, "Enter")
    page.locator(BOT).last.get_by_text("SimCSE …").wait_for()


def let(port: int) -> None:
    httpx.get(f"http://127.0.0.1:{port}/free", timeout=30)


def test_model_papers_and_title_chosen_while_an_answer_is_made_hold_for_the_next(page: Any, port: int) -> None:
    held(page, port)
    begin(page, HELD)
    page.locator("#this button").first.click()
    page.fill("#title textarea, #title input", "Of embeddings")
    page.locator("#title button").click()
    choose(page, "#answers", QUOTES)
    page.evaluate("location.hash = 'only=alignment-faking-in-large-language-models'")
    page.locator("#scope", has_text="1 of 126 papers (ticked)").wait_for()
    page.locator("#tested", has_text="answered by: Quotes only").wait_for(state="attached")
    let(port)
    assert "asked of" not in chat_server.answered(page, 1).inner_text()
    page.locator("#conversations label", has_text="Of embeddings").wait_for()
    said = ask(page, FAKING, 2).inner_text()
    assert "no language model" in said and "asked of 1 of 126 papers (ticked)" in said
    shown(page.locator("#title textarea, #title input"), value="Of embeddings")
    shown(page.locator("#conversations label").first, text="Of embeddings")


def test_an_answer_names_its_conversation_where_nobody_has(page: Any) -> None:
    ask(page, FAKING)
    page.locator("#this button").first.click()
    shown(page.locator("#title textarea, #title input"), value=FAKING)


def test_a_model_chosen_and_at_once_asked_is_the_one_that_answers(page: Any, port: int) -> None:
    held(page, port)
    for number in (1, 2, 3):
        choose(page, "#answers", QUOTES)
        assert (
            "no language model" in ask(page, (FAKING, DECODING, "What is AlignScore?")[number - 1], number).inner_text()
        )
        choose(page, "#answers", "held-model")
        page.locator("#tested", has_text="answered by: held-model").wait_for(state="attached")


def test_in_another_conversation_meanwhile_and_the_answer_is_kept_in_its_own(page: Any, port: int) -> None:
    held(page, port)
    begin(page, ALONE)
    page.locator("#new").click()
    page.locator(USER).wait_for(state="detached")
    page.locator("#question .submit-button").wait_for()
    choose(page, "#answers", QUOTES)
    ask(page, FAKING)
    let(port)
    page.locator("#conversations label", has_text=ALONE).first.wait_for()
    shown(page.locator(USER), text=[FAKING])
    shown(page.locator(f"{BOT} small"), count=1)
    page.locator("#conversations label", has_text=ALONE).first.click()
    page.locator(USER, has_text=ALONE).wait_for()
    assert "sentence embeddings" in chat_server.answered(page, 1).inner_text()
    page.locator("#conversations label", has_text=FAKING).first.click()
    page.locator(USER, has_text=FAKING).wait_for()
    chat_server.answered(page, 1)


def test_a_conversation_deleted_meanwhile_stays_deleted_and_comes_back_as_it_was(page: Any, port: int) -> None:
    chat_server.still(page)
    before = page.locator("#conversations label").count()
    ask(page, DECODING)
    held(page, port)
    begin(page, HELD)
    page.locator("#this button").first.click()
    page.locator("#delete").click()
    page.locator(USER).first.wait_for(state="detached")
    let(port)
    choose(page, "#answers", QUOTES)
    ask(page, FAKING)
    shown(page.locator("#conversations label"), count=before + 1)  # the last one
    page.locator("#undelete").click()
    shown(page.locator(USER), text=[DECODING])


def test_sent_twice_is_asked_once_and_a_newer_question_takes_the_place_of_an_older(page: Any, port: int) -> None:
    page.fill(chat_server.BOX, FAKING)
    page.press(chat_server.BOX, "Enter")
    page.press(chat_server.BOX, "Enter")
    chat_server.answered(page, 1)
    held(page, port)
    begin(page, HELD)
    choose(page, "#answers", QUOTES)
    page.locator("#tested", has_text="answered by: Quotes only").wait_for(state="attached")
    ask(page, DECODING, 2)
    let(port)
    shown(page.locator(USER), text=[FAKING, DECODING])
    page.reload()
    chat_server.ready(page)
    chat_server.answered(page, 2)
    shown(page.locator(USER), text=[FAKING, DECODING])


def test_stopped_and_at_once_asked_anew(page: Any, port: int) -> None:
    for number in (1, 2):
        held(page, port)
        begin(page, HELD)
        page.locator("#question .stop-button").click()
        page.fill(chat_server.BOX, FAKING)
        page.press(chat_server.BOX, "Enter")
        page.locator(USER, has_text=FAKING).nth(number - 1).wait_for()
        page.locator(BOT).last.get_by_text("SimCSE …").wait_for()
        assert page.locator("#question .stop-button").is_visible() and page.locator(USER).count() == number
        let(port)
        chat_server.answered(page, number)
        page.locator("#question .submit-button").wait_for()
    shown(page.locator(USER), text=[FAKING, FAKING])
