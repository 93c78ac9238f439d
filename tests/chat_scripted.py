"""Two papers, and a language model that says what a test tells it, piece by piece."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from rag import Assistant
from rag.llms import ScriptedLLM
from rag.llms.base import Delta, Request
from rag.verify.protocol import FakeVerifier
from ui.web.app import create_app

PAPERS = """{"id": "tea", "title": "Teapot: Brewing Models", "abstract": "Teapot brews models in 7 minutes. \
Teapot beats the Kettle baseline by 12% on MMLU. The code of Teapot is public."}
{"id": "cup", "title": "Teacup: Small Models", "abstract": "Teacup was trained on a single laptop."}
"""
QUESTION = "How fast does Teapot brew models?"
GOOD = "Teapot brews models in 7 minutes [1]."
WEAK = "Teapot brews excellent strong fragrant coffee [1]."
WRONG = "Bananas grow yellow under tropical sunshine."


class Slow(ScriptedLLM):
    """Takes its time for each word."""

    def __init__(self, *script: str, seconds: float = 0.06) -> None:
        super().__init__(*script)
        self.pieces = 0
        at_once = self._scripted.open

        def slowly(request: Request) -> Iterator[Delta]:
            for piece in at_once(request):
                self.pieces += 1
                time.sleep(seconds)
                yield piece

        self._scripted.open = slowly  # type: ignore[method-assign]


def scripted(folder: Path) -> Assistant:
    """An assistant over the two papers whose model says something good, something weak and something wrong."""
    (folder / "papers.jsonl").write_text(PAPERS, encoding="utf8")
    sync([folder / "papers.jsonl"], index=folder / "index", embedder=FakeEmbedder())
    index = open_index(folder / "index", embedder=FakeEmbedder())
    return Assistant(index, llm=Slow(f"{GOOD} {WEAK} {WRONG}"), verifier=FakeVerifier(), abstain=False)


@contextlib.contextmanager
def opened(browser: Any, assistant: Assistant) -> Iterator[Any]:
    """The page of a chat with that assistant; at the end nothing may have gone wrong in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    with chat_server.serving(create_app(assistant)) as address:
        page = context.new_page()
        watch = chat_server.Watch(page, address, refusals=True)
        page.goto(address)
        page.wait_for_selector(".examples button")
        yield page
        context.close()
        watch.clean()
