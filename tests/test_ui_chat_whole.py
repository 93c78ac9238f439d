"""The whole chat in real Chromium: library, filters, export, two people at once, accessibility, no foreign request."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
AXE = "axe-core@4.10.3"
TOO_WIDE = "[...document.querySelectorAll('.panel:not([hidden]), body')].map(e => e.scrollWidth - e.clientWidth)"
TABS = ("ask", "papers", "library", "models", "scores")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    home = tmp_path_factory.mktemp("home")
    trace = home / "network.txt"
    strace = shutil.which("strace")
    before = (strace, "-f", "-qq", "-e", "trace=network", "-o", str(trace)) if strace else ()
    with chat_server.command(home, before=before) as (address, _):
        chat_server.wait_until_ready(address)
        yield address, trace


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chat_server.chromium() as browser:
        yield browser


@pytest.fixture
def page(server: tuple[str, Path], browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    watch = chat_server.Watch(page, server[0])
    page.goto(server[0])
    page.wait_for_selector(".examples button")
    yield page
    context.close()
    watch.clean()


def test_the_map_the_table_and_the_filter(page: Any) -> None:
    chat_server.ask(page, "What is alignment faking?")
    cited = page.evaluate("fetch('/page/conversation').then(r => r.json())")["exchanges"][0]["answer"]["citations"]
    page.click("#tab-papers")
    page.wait_for_selector(".halo")
    assert page.locator(".dot").count() == 126
    assert page.locator(".halo").count() == len({one["paper_id"] for one in cited})
    dot = page.locator(".dot").nth(30)
    title = dot.get_attribute("aria-label")
    dot.dispatch_event("click")
    page.locator(".evidence h2", has_text=title).wait_for()
    page.fill("input[placeholder=Words]", "honesty")
    assert "of 126" in page.inner_text("#panel-papers [role=status]")
    page.click("text=Ask only these")
    page.click("#tab-ask")
    page.locator(".chip").wait_for()
    answer = chat_server.ask(page, "What is alignment faking?")
    for one in page.evaluate("fetch('/page/conversation').then(r => r.json())")["exchanges"][1]["answer"]["citations"]:
        assert "honesty" in one["title"].lower()
    assert answer.count() == 1
    page.locator(".chip button").click()
    page.locator(".chip").wait_for(state="detached")


def test_export_judge_edit_and_begin_anew(page: Any) -> None:
    chat_server.ask(page, "What is grammar-aligned decoding?")
    page.click("text=Good")
    page.locator("[aria-pressed=true]").wait_for()
    kept = page.evaluate("fetch('/page/conversation').then(r => r.json())")["exchanges"][0]["answer"]["citations"]
    for label, ending, holds in (
        ("Conversation as Markdown", ".md", "## What is grammar"),
        ("Conversation as HTML", ".html", "<article>"),
        ("Conversation as JSON", ".json", kept[0]["paper_id"]),
        ("Cited papers as BibTeX", ".bib", "@"),
        ("Cited papers as RIS", ".ris", "TY  - "),
        ("Cited papers as CSL-JSON", ".json", '"title"'),
    ):
        page.click("#export summary")
        with page.expect_download() as download:
            page.click(f"text={label}")
        text = Path(download.value.path()).read_text(encoding="utf8")
        assert download.value.suggested_filename.endswith(ending) and holds in text
    page.click(".foot >> text=Edit")
    assert page.input_value("#question") == "What is grammar-aligned decoding?"
    page.fill("#question", "What is the Alignment Quality Index?")
    page.keyboard.press("Enter")
    page.locator(".asked", has_text="Quality Index").wait_for()
    page.locator(".foot").wait_for()
    assert page.locator(".exchange").count() == 1
    page.click("#clear")
    page.locator(".examples").wait_for()


def test_papers_are_added_after_their_plan_was_seen(page: Any, tmp_path: Path, shared: Path) -> None:
    good = {"id": "one", "title": "Quokkas of Rottnest", "abstract": "Quokkas eat grass. They number 12,000."}
    file = tmp_path / "<b>mixed<b>.jsonl"
    file.write_text(json.dumps(good) + "\n{broken\n", encoding="utf8")
    page.click("#tab-library")
    saved = sorted((shared / "pages").glob("*.txt"))[0]
    page.set_input_files("#files", [str(file), str(saved)])
    page.locator("h2", has_text="The plan").wait_for()
    assert page.locator("[aria-label='Rejected records'] tbody tr").count() == 1
    page.click("text=Apply")
    page.locator("h2", has_text="Done").wait_for(timeout=120_000)
    page.click("text=Ask these papers")
    page.locator("#about", has_text="Your papers").wait_for()
    page.click("#tab-ask")
    exchange = chat_server.ask(page, "How many quokkas are there on Rottnest?")
    assert "12,000" in exchange.inner_text()


def test_two_browsers_never_mix(server: tuple[str, Path], browser: Any) -> None:
    pages = []
    for question in ("What is alignment faking?", "What is grammar-aligned decoding?"):
        page = browser.new_context().new_page()
        page.goto(server[0])
        page.wait_for_selector(".examples button")
        pages.append((page, question))
    for page, question in pages:
        page.fill("#question", question)
    for page, _ in pages:
        page.keyboard.press("Enter")
    for page, question in pages:
        page.locator(".foot").wait_for(timeout=60_000)
        page.reload()
        page.locator(".foot").wait_for()
        assert [one.inner_text() for one in page.locator(".asked").all()] == [question]


def test_by_keyboard_alone(page: Any) -> None:
    page.keyboard.type("What is alignment faking?")
    page.keyboard.press("Enter")
    page.locator(".foot").wait_for()
    page.locator(".mark").first.focus()
    page.keyboard.press("Enter")
    page.locator(".abstract mark").wait_for()
    page.locator("#tab-ask").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".dot")
    page.locator(".dot").first.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.locator(".dot.open").wait_for()


@pytest.mark.parametrize("width", [360, 768, 1280, 1920, 2560])
def test_no_width_scrolls_sideways(server: tuple[str, Path], browser: Any, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(server[0])
    page.wait_for_selector(".examples button")
    chat_server.ask(page, "What is alignment faking?")
    for tab in TABS:
        page.click(f"#tab-{tab}")
        page.wait_for_timeout(300)
        wide = page.evaluate(
            "[...document.querySelectorAll('.panel:not([hidden]), body')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert max(wide) <= 0, (tab, wide)
    context.close()


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest) -> str:
    folder = Path(request.config.cache.mkdir("axe"))  # type: ignore[union-attr]
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm") or pytest.skip("npm is not here to fetch axe-core")
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), "--silent", AXE], capture_output=True, timeout=120
        )
        if done.returncode:
            pytest.skip(f"axe-core could not be installed: {done.stderr.decode()[:200]}")
    return script.read_text(encoding="utf8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(server: tuple[str, Path], browser: Any, axe: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(server[0])
    page.wait_for_selector(".examples button")
    found = {}
    for tab in ("ask", *TABS):
        if tab == "ask" and found:
            chat_server.ask(page, "What is alignment faking?")
            page.locator(".mark").first.click()
            page.locator(".abstract mark").wait_for()
            chat_server.ask(page, "Who won the football world cup in 1998?")
        page.click(f"#tab-{tab}")
        page.wait_for_timeout(1500 if tab == "papers" else 400)
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then(r => r.violations)")
        found[tab] = [
            (v["id"], v["nodes"][0]["html"][:120]) for v in violations if v["impact"] in ("serious", "critical")
        ]
    context.close()
    assert not any(found.values()), found


def test_the_server_opens_no_foreign_connection(server: tuple[str, Path]) -> None:
    """Last in the file: the trace holds all that the tests above did."""
    if not server[1].exists():
        pytest.skip("strace is not here")
    calls = server[1].read_text(errors="replace")
    assert "AF_INET" in calls
    foreign = {
        found
        for line in calls.splitlines()
        if re.search(r"\b(connect|sendto|sendmsg)\(", line)
        for found in re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', line)
        if not any(part.startswith("127.") or part == "::1" for part in found)
    }
    assert not foreign, (foreign, os.environ.get("GRADIO_ANALYTICS_ENABLED"))
