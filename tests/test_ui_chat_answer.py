"""What can be done with an answer: copy, judge, edit, ask again, with another model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_scripted import GOOD, QUESTION, WRONG, Slow, opened, scripted

from index.locations import home
from rag import Assistant
from rag.llms import ScriptedLLM

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return scripted(tmp_path)


@pytest.fixture
def page(assistant: Assistant, browser: Any) -> Iterator[Any]:
    with opened(browser, assistant) as page:
        yield page


def test_copy_takes_the_marks_and_the_sources_along(page: Any, assistant: Assistant) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assistant.llm = Slow(f"{GOOD} {WRONG}", seconds=0)
    chat_server.ask(page, QUESTION)
    page.click(".foot >> text=Copy")
    page.locator(".foot button", has_text="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    citation = chat_server.kept(page)[0]["answer"]["citations"][0]
    assert "7 minutes. [1]" in text and "(unchecked)" in text
    assert text.endswith(f"[1] {citation['title']}: “{citation['quote']}”")


def test_a_question_in_the_address_fills_the_box_and_is_not_sent(page: Any, assistant: Assistant) -> None:
    page.goto(page.url + "?q=How%20fast%20is%20<b>Teapot</b>%3F")
    page.wait_for_selector(".examples button")
    assert page.input_value("#question") == "How fast is <b>Teapot</b>?"
    page.wait_for_load_state("networkidle")
    assert page.locator(".exchange").count() == 0 and chat_server.kept(page) == []
    assert assistant.llm is not None and list(assistant.llm.requests) == []  # type: ignore[attr-defined]


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
    page.reload()
    page.locator("[aria-label='Bad answer'][aria-pressed=true]").click()
    page.locator("[aria-pressed=true]").wait_for(state="detached")
    assert page.evaluate("fetch('/page/feedback/candidates.jsonl').then(r => r.text())").count("\n") == 1
    page.click("text=Good")
    page.locator("[aria-pressed=true]").wait_for()
    page.click("#tab-scores")
    with page.expect_download() as download:
        page.click("text=Download them as candidates")
    line = json.loads(Path(download.value.path()).read_text(encoding="utf8").splitlines()[1])
    assert line["question"] == QUESTION and "7 minutes" in line["reference_answers"][0]
    page.click("#tab-ask")
    page.locator(".foot >> text=Ask again").click()
    page.locator("[aria-pressed=true]").wait_for(state="detached")
    page.locator(".foot").wait_for()
    assert page.locator(".exchange").count() == 1 == len(chat_server.kept(page))
    chat_server.ask(page, "Is the code of Teapot public?")
    page.locator(".foot >> text=Edit").first.click()
    page.fill("#question", "Is Teapot public?")
    page.keyboard.press("Enter")
    page.locator(".asked", has_text="Is Teapot public?").wait_for()
    page.locator(".foot").wait_for()
    assert [one["question"] for one in chat_server.kept(page)] == ["Is Teapot public?"] and page.locator(
        ".exchange"
    ).count() == 1


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
    page.locator("strong", has_text="scripted:script").wait_for()
    page.click("#tab-ask")
    assert "code of Teapot is public" in chat_server.ask(page, QUESTION).inner_text()
    everything = page.content() + page.evaluate("fetch('/page/models').then(r => r.text())")
    assert secret not in everything and secret.encode() not in b"".join(
        one.read_bytes() for one in home().rglob("*") if one.is_file()
    )
