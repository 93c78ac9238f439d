"""Fixtures shared by all tests. No test talks to a model hub."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from index import Index

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
WORKER = "PYTEST_XDIST_WORKER" in os.environ
if WORKER:  # the workers take the cores; threads inside each would only wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("CITEWELL_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the checkout; a test that needs it skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "pages").is_dir():
        pytest.skip(f"{folder} is not here: this test reads the saved pages and benchmarks in it")
    return folder


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """A folder that ``build`` fills once for all workers of a run; the caller gets a copy of its own."""
    base = factory.getbasetemp()
    root = base.parent if WORKER else base
    built = root / f"{name}-built"
    with FileLock(root / f"{name}.lock"):
        if not built.exists():
            making = root / f"{name}-making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            build(making)
            making.rename(built)
    return shutil.copytree(built, factory.mktemp(name), dirs_exist_ok=True)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CITEWELL_HOME with the real index of the demo corpus; whoever writes in it takes a copy."""

    def build(home: Path) -> None:
        from index import demo_index

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CITEWELL_HOME", str(home))
            demo_index().close()

    return built_once(tmp_path_factory, "demo", lambda home: remembered(home, build))


def remembered(home: Path, build: Callable[[Path], None]) -> None:
    """What ``build`` makes, kept beyond the run for as long as neither the papers nor what indexes them change."""
    read = sorted(one for one in (ROOT / "index").rglob("*") if one.is_file() and one.suffix != ".pyc")
    key = hashlib.sha256(b"".join(one.read_bytes() for one in (*read, ROOT / "constraints.txt"))).hexdigest()[:16]
    kept = Path(tempfile.gettempdir()) / f"citewell-tests-{os.getuid()}" / key
    if not kept.is_dir():
        build(home)
        making = kept.with_name(f"{key}-{os.getpid()}")
        shutil.copytree(home, making)
        with contextlib.suppress(OSError):  # another run was quicker
            making.rename(kept)
    shutil.copytree(kept, home, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> Iterator[Index]:
    """The real index of the demo corpus; it is only read."""
    from index import open_index

    with open_index(demo_home / "demo") as index:
        yield index


@pytest.fixture(scope="session")
def fake_demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the quick embedder; whoever writes in it takes a copy."""

    def build(home: Path) -> None:
        from index import demo_index
        from index.embedding.fake import FakeEmbedder

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CITEWELL_HOME", str(home))
            demo_index(embedder=FakeEmbedder()).close()

    return built_once(tmp_path_factory, "fake-demo", build)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium, one for each file of tests."""
    import chat_server

    with chat_server.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Path:
    """Where the chat keeps its things, the demo papers indexed: for ``address``, unless a file of tests has its own.

    Files of tests share it: what one looks for in it names itself.
    """
    import chat_server

    return chat_server.with_demo(tmp_path_factory.mktemp("home"), demo_home)


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """The address of `citewell chat` on the demo papers, unless a file of tests has its own."""
    import chat_server

    with chat_server.command(home) as (address, _):
        chat_server.wait_until_ready(address)
        yield address


@pytest.fixture
def page(address: str, browser: Any) -> Iterator[Any]:
    """The page in a window of its own; at the end nothing in it has gone wrong."""
    import chat_server

    made = chat_server.opened(browser, address)
    yield made
    made.watch.clean()
    made.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server that misbehaves in all known ways, one for each file of tests."""
    command = [sys.executable, str(ROOT / "tests" / "misbehaving.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield int(child.stdout.readline())
        child.kill()


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own index."""
    monkeypatch.setenv("CITEWELL_HOME", str(tmp_path / "citewell-home"))
    monkeypatch.delenv("CITEWELL_INDEX", raising=False)
