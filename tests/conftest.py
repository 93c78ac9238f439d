"""Fixtures shared by all tests. No test talks to a model hub."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from index import Index

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the checkout; a test that needs it skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "pages").is_dir():
        pytest.skip(f"{folder} is not here: this test reads the saved pages and benchmarks in it")
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The real index of the demo corpus, built once for all tests; it is only read."""
    from index import demo_index

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITEWELL_HOME", str(tmp_path_factory.mktemp("demo")))
        with demo_index() as index:
            yield index


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium, one for each file of tests."""
    import chat_server

    with chat_server.chromium() as opened:
        yield opened


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own index."""
    monkeypatch.setenv("CITEWELL_HOME", str(tmp_path / "citewell-home"))
    monkeypatch.delenv("CITEWELL_INDEX", raising=False)
