"""What is done to an answer in the page: judged, made again, its question changed, taken back, stopped, exported."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_server import ask, choose, shown, tab

from ui.conversation.feedback import FeedbackStore

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
FAKING, DECODING = "What is alignment faking?", "What is grammar-aligned decoding?"
USER, BOT = "#chat [data-testid=user]", "#chat [data-testid=bot]"


def press(page: Any, label: str) -> None:
    """The button of that name at the last message that has one."""
    page.locator(f"#chat button[aria-label='{label}']").last.click()


def test_an_answer_is_judged_made_again_its_question_changed_and_taken_back(page: Any, home: Path) -> None:
    first = ask(page, FAKING).inner_text()
    press(page, "Like")
    end = time.monotonic() + 90
    while not FeedbackStore(home / "feedback.sqlite").count() and time.monotonic() < end:
        time.sleep(0.1)
    with sqlite3.connect(home / "feedback.sqlite") as db:
        assert db.execute("SELECT good, question FROM feedback").fetchall() == [(1, FAKING)]
    page.evaluate("location.hash = 'only=alignment-faking-in-large-language-models'")
    page.locator("#scope", has_text="1 of 126 papers (ticked)").wait_for()
    press(page, "Retry")
    page.locator(f"{BOT} small", has_text="asked of 1 of 126 papers (ticked)").wait_for()
    assert page.locator(BOT).inner_text().splitlines()[0] == first.splitlines()[0]
    page.locator("#unlimited").click()
    page.locator("#scope", has_text="all 126 papers").wait_for()
    press(page, "Edit")
    page.locator("#chat textarea").fill(DECODING)
    press(page, "Submit")
    page.locator(BOT, has_text="sampling that is aligned with a grammar").wait_for()
    chat_server.answered(page, 1)
    shown(page.locator(USER), count=1)
    press(page, "Undo")
    page.locator(USER).wait_for(state="detached")
    shown(page.locator(chat_server.BOX), value=DECODING)


def test_a_silent_model_is_stopped_and_the_box_is_free_again(page: Any, port: int) -> None:
    ask(page, FAKING)
    tab(page, "Models")
    page.fill("#server textarea, #server input", f"http://127.0.0.1:{port}/silence/v1")
    page.locator("#use-server").click()
    page.locator("#tested", has_text="answered by").wait_for()
    tab(page, "Ask")
    page.fill(chat_server.BOX, DECODING)
    page.press(chat_server.BOX, "Enter")
    page.locator("#question .stop-button").click()
    page.locator(BOT, has_text="Stopped.").wait_for()  # else it would say that the model was silent for a minute
    choose(page, "#answers", "Quotes only, no model")
    page.locator("#tested", has_text="answered by: Quotes only").wait_for(state="attached")
    assert "no language model" in ask(page, DECODING, 2).inner_text()
    assert page.locator(USER).count() == 2


def test_a_conversation_is_shared_as_one_file_that_needs_nothing_else(page: Any, browser: Any) -> None:
    ask(page, FAKING)
    page.locator("#this button").first.click()
    choose(page, "#export", "One HTML file, to share")
    with page.expect_download() as download:
        page.locator("#save").click()
    text = Path(download.value.path()).read_text(encoding="utf8")
    assert FAKING in text and "Alignment faking in large language models" in text and "src=" not in text
    choose(page, "#export", "Cited papers as BibTeX")
    page.locator("#save", has_text="cited.bib").wait_for()
    with page.expect_download() as download:
        page.locator("#save").click()
    assert "title = {{Alignment faking in large language models}}" in Path(download.value.path()).read_text("utf8")
