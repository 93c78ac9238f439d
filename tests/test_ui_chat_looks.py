"""How the page looks and behaves for everybody: first paint, widths, keyboard, touch, print, axe-core."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest

from index import Index

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
AXE = "axe-core@4.10.3"
TOO_WIDE = "[...document.querySelectorAll('.panel:not([hidden]), body')].map(e => e.scrollWidth - e.clientWidth)"
TABS = {
    "ask": ".foot",
    "papers": ".dot",
    "library": ".drop",
    "models": "[name=verifier]",
    "scores": "#panel-scores .card",
}
FAKING = "What is alignment faking?"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
GRADIO = "document.querySelectorAll('gradio-app, [class*=gradio], [class*=svelte]').length"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, demo: Index) -> Iterator[str]:
    with chat_server.command(chat_server.with_demo(tmp_path_factory.mktemp("home"), demo)) as (address, _):
        chat_server.wait_until_ready(address)
        yield address


def opened(browser: Any, address: str, **how: Any) -> Any:
    page = browser.new_context(**how).new_page()
    page.goto(address)
    page.wait_for_selector(".examples button")
    return page


def test_the_first_paint_comes_within_two_seconds(
    address: str, browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    took = []
    for _ in range(3):
        page = opened(browser, address)
        took.append(page.evaluate(PAINT))
        page.context.close()
    with capsys.disabled():
        print(f"\nfirst contentful paint: {', '.join(f'{ms:.0f}' for ms in took)} ms")
    assert min(took) < 2000


def test_the_page_is_ours_and_has_no_component_of_gradio(address: str, browser: Any) -> None:
    page = opened(browser, f"{address}/?view=api")
    for tab in TABS:
        page.click(f"#tab-{tab}")
        assert page.evaluate(GRADIO) == 0
    assert page.title() == "citewell: 126 papers"
    page.context.close()


@pytest.mark.parametrize("width", [360, 768, 1280, 1920, 2560])
def test_no_width_scrolls_sideways(address: str, browser: Any, width: int) -> None:
    page = opened(browser, address, viewport={"width": width, "height": 800})
    chat_server.ask(page, FAKING)
    for tab, there in TABS.items():
        page.click(f"#tab-{tab}")
        page.locator(there).first.wait_for()
        assert max(page.evaluate(TOO_WIDE)) <= 0, tab
    page.context.close()


def test_by_keyboard_alone(address: str, browser: Any) -> None:
    page = opened(browser, address)
    press = page.keyboard.press
    page.keyboard.type(FAKING)  # the box has the focus from the start
    press("Enter")
    page.locator(".foot").wait_for()
    press("ArrowUp")
    assert page.input_value("#question") == FAKING and "replaces" in page.inner_text("#hint")
    press("Escape")
    assert page.input_value("#question") == ""
    page.locator("#log").focus()
    press("2")
    page.locator(".evidence .kicker", has_text="Citation 2").wait_for()
    press("?")
    page.locator("#shortcuts[open] >> text=to the question box").wait_for()
    press("Escape")
    page.locator("#shortcuts").wait_for(state="hidden")
    press("/")
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type("/?1")  # while one types they are characters
    assert page.input_value("#question") == "/?1"
    page.click("#keys")
    page.uncheck("#single-keys")
    press("Escape")
    page.locator("#log").focus()
    press("/")
    assert page.evaluate("document.activeElement.id") == "log"
    page.context.close()


def test_the_dots_of_the_map_by_keyboard(address: str, browser: Any) -> None:
    page = opened(browser, address)
    page.locator("#tab-ask").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".dot")
    focused = "document.activeElement.getAttribute('data-paper')"
    page.click("text=To the map")
    seen = [page.evaluate(focused)]
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(page.evaluate(focused))
    assert None not in seen and len(set(seen)) >= 3
    title = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.inner_text(".maptip") == title
    page.keyboard.press("Enter")
    page.locator(".dot.open").wait_for()
    assert page.get_attribute(".dot.open", "data-paper") == seen[-1] and page.inner_text(".evidence h2") == title
    page.context.close()


def test_on_a_phone_the_evidence_is_a_sheet_that_gives_the_focus_back(address: str, browser: Any) -> None:
    page = opened(browser, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    exchange = chat_server.ask(page, FAKING)
    assert not page.locator("#evidence").is_visible()
    exchange.locator(".mark").first.tap()
    page.locator("#evidence.open .abstract mark").wait_for()
    assert page.evaluate("document.activeElement.id") == "evidence"
    page.keyboard.press("Escape")
    page.locator("#evidence").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "mark"
    page.context.close()


def test_print_and_reduced_motion(address: str, browser: Any) -> None:
    page = opened(browser, address, reduced_motion="reduce")
    chat_server.ask(page, FAKING)
    assert page.evaluate("getComputedStyle(document.querySelector('.toast')).transitionDuration") == "0s"
    page.emulate_media(media="print")
    assert page.locator(".sentence").first.is_visible()
    for hidden in (".bar", ".composer", ".evidence", ".foot"):
        assert not page.locator(hidden).first.is_visible()
    page.context.close()


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest) -> str:
    folder = Path(request.config.cache.mkdir("axe"))  # type: ignore[union-attr]
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm") or pytest.skip("npm is not here to fetch axe-core")
        fetch = [npm, "install", "--prefix", str(folder), "--silent", AXE]
        done = subprocess.run(fetch, capture_output=True, timeout=120)
        if done.returncode:
            pytest.skip(f"axe-core could not be installed: {done.stderr.decode()[:200]}")
    return script.read_text(encoding="utf8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(address: str, browser: Any, axe: str, scheme: str) -> None:
    page = opened(browser, address, color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True)

    def serious() -> list[tuple[str, str]]:
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then(r => r.violations)")
        return [(v["id"], v["nodes"][0]["html"][:120]) for v in violations if v["impact"] in ("serious", "critical")]

    found = {"start": serious()}
    chat_server.ask(page, FAKING)
    chat_server.ask(page, "Who won the football world cup in 1998?")
    page.locator(".mark").first.click()
    page.locator(".abstract mark").wait_for()
    for tab, there in TABS.items():
        page.click(f"#tab-{tab}")
        page.locator(there).first.wait_for()
        found[tab] = serious()
    page.click("#keys")
    found["shortcuts"] = serious()
    page.context.close()
    assert not any(found.values()), found
