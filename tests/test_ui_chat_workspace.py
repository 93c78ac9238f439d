"""What conversations share: models are made once, and who waits for one holds up nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chat_server
import httpx
import pytest

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from rag import Assistant
from rag.llms import ScriptedLLM
from rag.llms.base import Delta, Request
from ui.conversation.state import Conversation
from ui.conversation.workspace import Workspace
from ui.web.app import create_app


def test_who_waits_for_a_model_holds_up_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tea.jsonl").write_text('{"id": "t", "title": "Tea", "abstract": "Tea is brewed."}', encoding="utf8")
    sync([tmp_path / "tea.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    workspace = Workspace(Assistant(open_index(tmp_path / "index", embedder=FakeEmbedder())))
    loading, loaded = threading.Event(), threading.Event()

    def get_llm(name: str, **how: object) -> ScriptedLLM:
        loading.set()
        assert loaded.wait(60)
        return ScriptedLLM("Tea.")

    monkeypatch.setattr("rag.llms.get_llm", get_llm)
    made: list[Assistant] = []
    one = threading.Thread(target=lambda: made.append(workspace.assistant(Conversation(llm="openai:large"))))
    one.start()
    assert loading.wait(60)
    assert workspace.assistant(Conversation()).llm is None and not made
    loaded.set()
    one.join(60)
    assert made[0].llm is not None and workspace.assistant(Conversation(llm="openai:large")) is made[0]


class Silent(ScriptedLLM):
    """A model that says nothing until it is let."""

    def __init__(self, let: threading.Event) -> None:
        super().__init__("Tea.")

        def silently(request: Request) -> Iterator[Delta]:
            assert let.wait(400)
            return iter(())

        self._scripted.open = silently  # type: ignore[method-assign]


def test_forty_five_silent_questions_hold_up_no_paper_no_search_and_no_quoting(tmp_path: Path) -> None:
    (tmp_path / "tea.jsonl").write_text('{"id": "t", "title": "Tea", "abstract": "Tea is brewed."}', encoding="utf8")
    sync([tmp_path / "tea.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    let = threading.Event()
    assistant = Assistant(open_index(tmp_path / "index", embedder=FakeEmbedder()), llm=Silent(let), abstain=False)
    body = {"messages": [{"role": "user", "content": "What is brewed?"}]}
    with chat_server.serving(create_app(assistant)) as address, ThreadPoolExecutor(45) as people:
        try:
            waiting = [
                people.submit(httpx.post, f"{address}/v1/chat/completions", json=body, timeout=500) for _ in range(45)
            ]
            search = httpx.post(f"{address}/gradio_api/run/search", json={"data": ["tea", 1, ""]}, timeout=120)
            assert search.json()["data"][0]["papers"][0]["title"] == "Tea"
            assert httpx.get(f"{address}/v1/models", timeout=120).status_code == 200
            assert not any(one.done() for one in waiting)
        finally:
            let.set()
        assert {one.result().status_code for one in waiting} == {200}
