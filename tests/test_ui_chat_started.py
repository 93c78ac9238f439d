"""Every way to start the chat, each as people type it: the module, Gradio's reload, the Space alone and in a frame."""

from __future__ import annotations

import contextlib
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from conftest import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
FAKING = "What is alignment faking?"


@contextlib.contextmanager
def started(home: Path, *command: str, cwd: Path = ROOT, **environment: str) -> Iterator[str]:
    """A command that serves, in a process group of its own: the address that it prints."""
    port = chat_server.free_port()
    env = os.environ | {"CITEWELL_HOME": str(home), "HF_HUB_OFFLINE": "1", "GRADIO_SERVER_PORT": str(port)}
    log = home / "started.log"
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, cwd=cwd, env=env | environment, stdout=out, stderr=out, start_new_session=True
        ) as process,
    ):
        try:
            chat_server.wait_for(lambda: re.search(r"http://\S+", log.read_text()), process, log)
            address = f"http://127.0.0.1:{port}"
            chat_server.wait_until_ready(address)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def framing(address: str) -> Iterator[str]:
    """A page of another origin that shows the address in a frame."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f'<h1>Elsewhere</h1><iframe src="{address}" width=900 height=700></iframe>'.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("command", ["module", "reload"])
def test_the_app_is_started_as_a_module_and_with_gradios_reload(
    tmp_path: Path, demo_home: Path, browser: Any, command: str
) -> None:
    home = chat_server.with_demo(tmp_path / "home", demo_home)
    gradio = shutil.which("gradio", path=Path(sys.executable).parent) or "gradio"
    how = {"module": (sys.executable, "-m", "ui.web.app"), "reload": (gradio, "ui/web/app.py")}[command]
    with started(home, *how, PYTHONPATH=str(ROOT)) as address:
        page = chat_server.opened(browser, address)
        assert "Claude 3 Opus" in chat_server.ask(page, FAKING).inner_text()
        page.locator("#chat a[href^='#cite=']").first.click()
        page.locator(".evidence mark").wait_for()
        assert page.watch.foreign == []
        page.close()


def asked_in_a_frame(browser: Any, address: str) -> None:
    """Ask in the frame of a page of another origin, and open the first citation."""
    with framing(address) as outside:
        page = browser.new_page()
        page.set_default_timeout(chat_server.LONG)
        page.goto(outside)
        frame = page.frame_locator("iframe")
        frame.locator("#scope", has_text="Asks").wait_for()
        frame.locator(chat_server.BOX).fill(FAKING)
        frame.locator(chat_server.BOX).press("Enter")
        frame.locator("#chat a[href^='#cite=']").first.click()
        frame.locator(".evidence mark").wait_for()
        assert page.url == outside
        page.close()


def test_the_space_runs_alone_and_answers_in_a_page_of_another_origin(
    tmp_path: Path, demo_home: Path, browser: Any
) -> None:
    """Its folder alone; the packages are those of this environment, and citewell is this checkout."""
    home, space = chat_server.with_demo(tmp_path / "home", demo_home), tmp_path / "space"
    shutil.copytree(ROOT / "examples" / "space", space)
    with started(home, sys.executable, "app.py", cwd=space, PYTHONPATH=str(ROOT)) as address:
        asked_in_a_frame(browser, address)


def test_with_embed_any_page_frames_it(tmp_path: Path, demo_home: Path, browser: Any) -> None:
    with chat_server.command(chat_server.with_demo(tmp_path / "home", demo_home), "--embed") as (address, _):
        asked_in_a_frame(browser, address)


def test_without_embed_no_page_frames_it(tmp_path: Path, demo_home: Path, browser: Any) -> None:
    home = chat_server.with_demo(tmp_path / "home", demo_home)
    with chat_server.command(home) as (address, _), framing(address) as outside:
        chat_server.wait_until_ready(address)
        page = browser.new_page()
        page.set_default_timeout(chat_server.LONG)
        with page.expect_console_message(lambda said: "frame" in said.text.lower()):
            page.goto(outside)
        assert page.frame_locator("iframe").locator("#scope").count() == 0
        page.close()
