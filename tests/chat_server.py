"""Serving the chat to tests: the real command in a process of its own, and an app of a test's making in a thread."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import ROOT

from index import Index

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


def with_demo(home: Path, demo: Index) -> Path:
    """The home with a copy of the demo index, which then need not be built again."""
    shutil.copytree(demo.path, home / "demo")  # makes the home too
    return home


def wait_for(ask: Any, process: subprocess.Popen[bytes], log: Path, seconds: float = 240) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        assert process.poll() is None, log.read_text()[-3000:]
        time.sleep(0.1)
    raise AssertionError(f"the chat did not start: {log.read_text()[-3000:]}")


def wait_until_ready(address: str, seconds: float = 240, **how: Any) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now: dict[str, Any] = httpx.get(f"{address}/page/status", timeout=30, **how).json()
        assert not now["failed"], now
        if now["ready"]:
            return now
        time.sleep(0.2)
    raise AssertionError("the papers were not opened in time")


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """An app in a thread of this process: its address."""
    import uvicorn

    from ui.web.app import free_socket

    listening = free_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


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


class Watch:
    """What a page did that it should not have: console errors, dialogs, requests to elsewhere.

    refusals: whether the server may refuse what the test does on purpose, which Chromium reports as an error.
    answers: what the test says to the dialogs that it expects, True for yes; any other dialog is an error.
    """

    def __init__(self, page: Any, address: str, *, refusals: bool = False) -> None:
        self.page = page
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.refusals = refusals
        self.answers: list[bool] = []
        self.asked: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else self.foreign.append(r.url))

    def _said(self, message: Any) -> None:
        refused = self.refusals and "status of 400" in message.text
        if message.type in ("error", "warning") and not refused:
            self.errors.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        if not self.answers:
            self.errors.append(f"dialog {dialog.message}")
            dialog.dismiss()
            return
        self.asked.append(dialog.message)
        (dialog.accept if self.answers.pop(0) else dialog.dismiss)()

    def clean(self) -> None:
        assert self.errors == [] and self.foreign == []


def kept(page: Any) -> list[dict[str, Any]]:
    """The exchanges of the page's conversation as the server keeps them."""
    found: list[dict[str, Any]] = page.evaluate("fetch('/page/conversation').then(r => r.json())")["exchanges"]
    return found


def ask(page: Any, question: str) -> Any:
    """Ask in the page and wait for the answer: the article of the exchange."""
    before = page.locator(".exchange .foot").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(".exchange .foot").nth(before).wait_for(timeout=60_000)
    return page.locator(".exchange").last
