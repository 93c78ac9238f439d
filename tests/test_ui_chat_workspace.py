"""What conversations share: models are made once, and who waits for one holds up nobody else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from rag import Assistant
from rag.llms import ScriptedLLM
from ui.conversation.state import Conversation
from ui.conversation.workspace import Workspace


def test_who_waits_for_a_model_holds_up_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tea.jsonl").write_text('{"id": "t", "title": "Tea", "abstract": "Tea is brewed."}', encoding="utf8")
    sync([tmp_path / "tea.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    workspace = Workspace(Assistant(open_index(tmp_path / "index", embedder=FakeEmbedder())))
    loading, loaded = threading.Event(), threading.Event()

    def get_llm(name: str) -> ScriptedLLM:
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
