"""The two places of the tour: a chat over the demo corpus and one over the saved pages, both under strace."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import chat_server
from conftest import ROOT

# What each export is called, and what the file must hold of the first citation.
EXPORTS = {
    "Conversation as Markdown": (".md", lambda text, kept: f"[^1-1]: {kept['title']}" in text and "## What is" in text),
    "Conversation as HTML": (".html", lambda text, kept: "<article>" in text and "<script" not in text),
    "Conversation as JSON": (
        ".json",
        lambda text, kept: json.loads(text)["exchanges"][0]["answer"]["citations"][0] == kept,
    ),
    "Cited papers as BibTeX": (".bib", lambda text, kept: text.startswith("@") and kept["title"][:20] in text),
    "Cited papers as RIS": (".ris", lambda text, kept: f"TI  - {kept['title']}" in text and "ER  - " in text),
    "Cited papers as CSL-JSON": (".json", lambda text, kept: json.loads(text)[0]["title"] == kept["title"]),
}


@dataclass(frozen=True)
class Place:
    """A running chat: where it is, how many papers it holds, what strace wrote down."""

    address: str
    papers: int
    trace: Path

    def foreign_hosts(self) -> set[str]:
        """Every host that the server called and that is not this machine."""
        calls = self.trace.read_text(errors="replace")
        assert "AF_INET" in calls, "strace saw no network at all"
        return {
            host
            for line in calls.splitlines()
            if re.search(r"\b(connect|sendto|sendmsg)\(", line)
            for found in re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', line)
            for host in found
            if host and not host.startswith("127.") and host != "::1"
        }


def sync(home: Path, pages: Path) -> None:
    """Index the saved pages as the own papers of that home."""
    command = [sys.executable, "-c", chat_server.COMMAND, "index", "sync", str(pages)]
    environment = os.environ | {"CITEWELL_HOME": str(home), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)


@contextlib.contextmanager
def serving(home: Path) -> Iterator[Place]:
    """The real command over what that home holds."""
    trace = home / "network.txt"
    strace = shutil.which("strace")
    before = (strace, "-f", "-qq", "-e", "trace=network", "-o", str(trace)) if strace else ()
    with chat_server.command(home, before=before) as (address, _):
        yield Place(address, chat_server.wait_until_ready(address)["papers"], trace)
