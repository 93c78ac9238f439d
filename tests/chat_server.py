"""Serving the chat to tests: the real command in a process of its own, and an app of a test's making in a thread."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import httpx
import pytest
from conftest import ROOT

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
COMMAND = "from ui.cli import main; main()"


@contextlib.contextmanager
def command(home: Path, *options: str, before: tuple[str, ...] = (), **environment: str) -> Iterator[tuple[str, int]]:
    """``citewell chat`` as people start it, on a free port: its address and process id."""
    args = [*before, sys.executable, "-c", COMMAND, "chat", "--port", "0", "--no-browser", *options]
    env = os.environ | {"CITEWELL_HOME": str(home), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"} | environment
    log = home / "chat.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w") as out,
        subprocess.Popen(args, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True) as process,
    ):
        try:
            address = wait_for(lambda: re.search(r"http://\S+", log.read_text()), process, log).group()
            yield address.rstrip("/"), process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # the whole group: strace leaves its child behind
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def with_demo(home: Path, demo_home: Path) -> Path:
    """The home with a copy of the demo index, which then need not be built again."""
    shutil.copytree(demo_home / "demo", home / "demo")  # makes the home too
    return home


def wait_for(ask: Any, process: subprocess.Popen[bytes], log: Path, seconds: float = 240) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        assert process.poll() is None, log.read_text()[-3000:]
        time.sleep(0.1)
    raise AssertionError(f"the chat did not start: {log.read_text()[-3000:]}")


def wait_until_ready(address: str, seconds: float = 240, **how: Any) -> None:
    """Wait until the papers can be searched."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        asked = {"data": ["alignment", 1, ""]}
        if httpx.post(f"{address}/gradio_api/run/search", json=asked, timeout=60, **how).status_code == 200:
            return
        time.sleep(0.3)
    raise AssertionError("the papers were not opened in time")


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """An app in a thread of this process: its address."""
    import uvicorn

    from ui.web.app import free_socket

    listening = free_socket("127.0.0.1", 0)
    how: dict[str, Any] = {"log_level": "error", "timeout_graceful_shutdown": 1, "proxy_headers": False}
    server = uvicorn.Server(uvicorn.Config(app, **how))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def event(client: httpx.Client, part: str, name: str, session: str, *given: Any, **told: Any) -> list[Any]:
    """What an event of the page gives, sent as the page sends it, by a browser that calls its session so.

    given: the values that it takes; told: what it says about itself.
    """
    made = client.get("/config").json()
    parts = {one["props"].get("elem_id") or one["props"].get("id"): one["id"] for one in made["components"]}
    does = next(
        one for one in made["dependencies"] if one["backend_fn"] and [parts[part], name] in map(list, one["targets"])
    )
    body = {"data": given, "fn_index": does["id"], "session_hash": session, "event_data": told}
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as lines:
        for line in lines.iter_lines():
            said = json.loads(line.removeprefix("data:") or "{}")
            if said.get("msg") == "process_completed":
                found: list[Any] = said["output"].get("data") or [said["output"]["error"]]
                return found
    raise AssertionError(f"{part}.{name} did not end")


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A real browser; the test skips where Chromium cannot be had."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed here: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


# What Gradio's own front end writes on the console and means nothing by.
HARMLESS = ("LOADING KAtex", "Autofocus processing was blocked", "Method not implemented", "too many event handlers")


class Watch:
    """What a page did that it should not have: console errors, dialogs, requests to elsewhere."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
        local = (address, "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(local) else self.foreign.append(r.url))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(one in message.text for one in HARMLESS):
            self.errors.append(message.text)

    def clean(self) -> None:
        assert not self.errors and not self.foreign, (self.errors, self.foreign)


BOX = "#question textarea"
_WINDOWS: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
LONG = 90_000  # milliseconds: other people use the machine too


def opened(browser: Any, address: str, path: str = "/", shown: bool = True, **how: Any) -> Any:
    """The page in a tab of its own, ready to be asked. shown: whether the tab Ask is the one to be seen.

    Tabs of a kind share a window: the program of the page is then fetched and compiled once for a file of tests.
    """
    how = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | how
    windows = _WINDOWS.setdefault(browser, {})
    page = (windows.get(repr(how)) or windows.setdefault(repr(how), browser.new_context(**how))).new_page()
    page.set_default_timeout(LONG)
    page.watch = Watch(page, address)
    page.goto(f"{address}{path}")
    ready(page, shown)
    return page


def ready(page: Any, shown: bool = True) -> None:
    """Wait until the page says how many papers it asks."""
    page.locator("#scope", has_text="Asks").wait_for(state="visible" if shown else "attached")


def ask(page: Any, question: str, number: int = 1) -> Any:
    """Ask in the page and wait for the answer of that number: the bot's last message."""
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    return answered(page, number)


def answered(page: Any, number: int) -> Any:
    """The last answer, once the conversation holds that many and the box is free for the next question."""
    page.locator("#chat [data-testid=bot] small").nth(number - 1).wait_for()
    page.locator("#question .submit-button").wait_for(state="attached")
    return page.locator("#chat [data-testid=bot]").last


def still(page: Any) -> None:
    """Wait until nothing in the page has changed for a fifth of a second."""
    page.wait_for_function("""() => {
        const now = performance.now(), all = document.body.innerHTML;
        if (window.seen?.all !== all) window.seen = { all, now };
        return now - window.seen.now > 200;
    }""")


def map_names(page: Any) -> list[str]:
    """What the groups of the map are called; the tab Papers is open."""
    page.locator("#map button").first.click()
    page.locator("#map svg a").first.wait_for()
    found: list[str] = page.locator("#map p span").all_inner_texts()
    return [name for one in found for name in one.strip(" ●").split(", ")]


def uncovered(page: Any) -> bool:
    """Whether nothing covers the words of the last answer, wherever the mouse is."""
    found: bool = page.evaluate("""() => [...[...document.querySelectorAll('#chat [data-testid=bot]')].at(-1)
        .querySelectorAll('p')].filter((one) => one.checkVisibility()).every((one) => {
            const box = one.getBoundingClientRect(), chat = document.getElementById('chat').getBoundingClientRect();
            const y = box.top + box.height / 2;
            if (y < chat.top || y > chat.bottom) return true;
            return document.elementFromPoint(box.left + 5, y).closest('[data-testid=bot]') !== null;
        })""")
    return found


def shown(found: Any, **how: Any) -> None:
    """Wait until what was found is as told: ``shown(box, value="tea")``, ``shown(rows, text=["a", "b"])``.

    It may come later than what was waited for before, though the server sent both at once.
    """
    from playwright.sync_api import expect

    for name, wanted in how.items():
        getattr(expect(found), f"to_have_{name}")(wanted, timeout=LONG)


def tab(page: Any, name: str) -> None:
    """Open a tab; on a narrow page it may hide behind the dots."""
    button = page.get_by_role("tab", name=name, exact=True)
    if not button.first.is_visible():
        page.locator(".overflow-menu button").first.click()
    button.locator("visible=true").first.click()


def dropdown(page: Any, where: str) -> Any:
    """The box of a dropdown."""
    return page.locator(f"{where} input").first


def choose(page: Any, where: str, label: str) -> None:
    """Choose in a dropdown."""
    dropdown(page, where).click()
    page.get_by_role("option", name=label, exact=True).click()
