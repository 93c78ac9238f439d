"""Who can use the page and how: axe-core on every tab, keyboard alone, a phone, links, and no word to elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_server import ask, opened, tab

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
FAKING = "What is alignment faking?"
CONTENT = {"Papers": "#words", "Library": "#about", "Models": "#offered", "Scores": "#runs"}
TABS = ("Papers", "Library", "Models", "Scores")
# What axe-core finds serious in Gradio's own components, by rule and by what it is in; nothing of it is ours to write.
GRADIOS = {
    "aria-required-children": "class=\"examples ",  # its list of examples holds buttons
    "aria-command-name": "select-all-checkbox|bool-cell",  # boxes in its table are named by their place alone
    "label": "name=\"test\"",
    "nested-interactive": "select-all-checkbox|bool-cell",
}  # fmt: skip


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trace") / "calls"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, demo_home: Path, trace: Path) -> Iterator[str]:
    """The command on the demo papers, its connections written down where strace is there."""
    home = chat_server.with_demo(tmp_path_factory.mktemp("home"), demo_home)
    watched = ("strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace)) if shutil.which("strace") else ()
    with chat_server.command(home, before=watched) as (address, _):
        chat_server.wait_until_ready(address)
        yield address


def serious(page: Any) -> list[tuple[str, str]]:
    """What axe-core finds serious or critical and is not among Gradio's own: the rule and the element."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    found = axe.Axe().run(page).response["violations"]
    return [
        (one["id"], node["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
        if not re.search(GRADIOS.get(one["id"], "(?!)"), node["html"])
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_that_is_ours(address: str, browser: Any, scheme: str) -> None:
    page = opened(browser, address, color_scheme=scheme)
    chat_server.still(page)
    assert serious(page) == []
    ask(page, FAKING)
    page.locator("#chat a[href^='#cite=']").first.click()
    page.locator(".evidence mark").wait_for()
    chat_server.still(page)
    assert serious(page) == []
    page.locator(".evidence .back").click()
    page.locator(".evidence .sources").wait_for()
    for name in TABS:
        tab(page, name)
        page.locator(CONTENT[name]).first.wait_for()
        chat_server.still(page)
        assert serious(page) == [], name
    page.watch.clean()
    page.close()


def test_every_tab_fits_a_phone_and_the_answer_is_read_from_its_beginning(address: str, browser: Any) -> None:
    page = opened(browser, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    ask(page, FAKING)
    question, log = page.locator("#chat [data-testid=user]").last, page.locator("#chat [role=log]")
    chat_server.still(page)
    assert question.bounding_box()["y"] >= log.bounding_box()["y"]
    ask(page, "Which papers deal with hallucination?", 2)
    chat_server.still(page)
    assert 0 <= question.bounding_box()["y"] - log.bounding_box()["y"] < 60  # at the top, whatever came before
    for name in TABS:
        page.evaluate("(name) => { location.hash = name }", name.lower())
        page.locator(CONTENT[name]).first.wait_for()
        chat_server.still(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    page.watch.clean()
    page.close()


def test_a_link_opens_a_tab_a_paper_and_a_question_and_back_stays_within(address: str, browser: Any) -> None:
    for name in (*TABS, "Papers"):
        page = opened(browser, address, f"/#{name.lower()}", shown=False)
        page.locator(f"[role=tab][aria-selected=true]:has-text('{name}')").first.wait_for()
        assert page.url.endswith(f"#{name.lower()}")
        page.close()
    page = opened(browser, address, "/#paper=alignment-faking-in-large-language-models")
    page.locator(".evidence h2", has_text="Alignment faking in large language models").wait_for()
    page.locator(".evidence .nearest a").first.click()
    page.locator(".evidence h2", has_text="Alignment faking in large").wait_for(state="detached")
    page.go_back()
    page.locator(".evidence h2", has_text="Alignment faking in large").wait_for()
    page.evaluate("location.hash = 'library'")
    page.locator(CONTENT["Library"]).wait_for()
    page.go_back()
    page.locator("[role=tab][aria-selected=true]:has-text('Papers')").first.wait_for()
    page.evaluate("location.hash = 'paper=nonsense'")
    page.locator(".toast-body", has_text="Demo papers holds no such paper").wait_for()
    page.goto(f"{address}/?q=What%20is%20alignment%20faking%3F")
    chat_server.ready(page)
    page.wait_for_function("document.querySelector('#question textarea').value === 'What is alignment faking?'")
    page.watch.clean()
    page.close()


def test_by_keyboard_alone_a_question_a_suggestion_a_tab_and_a_paper(address: str, browser: Any) -> None:
    page = opened(browser, address)

    def tab_until(matches: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("(matches) => document.activeElement.matches(matches)", matches):
                return
        raise AssertionError(f"no Tab reaches {matches}")

    page.locator(chat_server.BOX).focus()
    page.keyboard.type(FAKING)
    page.keyboard.press("Enter")
    chat_server.answered(page, 1)
    page.locator("#brand").click()  # the focus to the beginning
    tab_until("[role=tab]")
    tab_until("a[href^='#cite=']")
    page.keyboard.press("Enter")
    page.locator(".evidence mark").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.matches('a[href^=\"#cite=\"]')")
    tab_until("#chat .option")
    page.keyboard.press("Enter")
    chat_server.answered(page, 2)
    page.watch.clean()
    page.close()


def test_nothing_leaves_this_machine(address: str, browser: Any, trace: Path) -> None:
    """The last of the file: what the server connected to, in all of the tests above."""
    page = opened(browser, address)
    page.watch.clean()
    page.close()
    if not trace.exists():
        pytest.skip("strace is not here: apt-get install strace")
    asked = re.findall(r'inet6?_addr\("([^"]+)"|inet_pton\(AF_INET6, "([^"]+)"', trace.read_text(errors="replace"))
    addresses = {one or other for one, other in asked}
    assert {one for one in addresses if not one.startswith("127.") and one not in ("::1", "0.0.0.0", "::")} == set()
