"""Real servers of one small real model, SmolLM2, each in a child process on this machine; and in this process.

SERVERS names them. "llama-cpp-python" is tried where it is installed: pip install "llama-cpp-python[server]" compiles
it, in some minutes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path

import smollm2

from rag.llms import LLM, Limits, get_llm

STARTING = 180.0  # seconds
HERE = Path(__file__).resolve().parent
THREADS = os.environ["CITEWELL_THREADS"]


def model(name: str | None = None, **given: object) -> LLM:
    found = get_llm(name, **given)  # type: ignore[arg-type]
    assert found is not None
    return found


@contextmanager
def in_process(limits: Limits | None = None) -> Iterator[LLM]:
    yield model(f"gguf:{smollm2.gguf()}", limits=limits)


@contextmanager
def llama_cpp(limits: Limits | None = None) -> Iterator[LLM]:
    """llama.cpp's own server."""
    command = [sys.executable, str(HERE / "serve_gguf.py"), str(smollm2.gguf())]
    with serving(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        url = child.stdout.readline().decode().strip()
        yield model(url=f"{url}/v1", limits=limits)


@contextmanager
def llama_cpp_python(limits: Limits | None = None) -> Iterator[LLM]:
    """The server of llama-cpp-python, written in Python over llama.cpp's library. It does not tell its context."""
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(smollm2.gguf()), "--n_ctx", "4096"]
    with serving([*command, "--n_threads", THREADS, "--host", "127.0.0.1", "--port", port]) as child:
        url = f"http://127.0.0.1:{port}/v1"
        wait_for(f"{url}/models", child)
        yield model(url=url, context=4096, limits=limits)


@contextmanager
def transformers(limits: Limits | None = None) -> Iterator[LLM]:
    """`transformers serve`: another engine (PyTorch) and another server, the same weights."""
    folder, port = str(smollm2.folder()), free_port()
    program = str(Path(sys.executable).parent / "transformers")
    command = [program, "serve", folder, "--host", "127.0.0.1", "--port", port, "--device", "cpu", "--dtype", "float32"]
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "HF_HOME": home, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": THREADS}
        with serving(command, env=env) as child:
            wait_for(f"http://127.0.0.1:{port}/health", child)
            yield model(f"openai:{folder}", url=f"http://127.0.0.1:{port}/v1", limits=limits)


SERVERS: dict[str, Callable[[Limits | None], AbstractContextManager[LLM]]] = {
    "in-process": in_process,
    "llama.cpp": llama_cpp,
    "transformers": transformers,
    "llama-cpp-python": llama_cpp_python,
}


def missing(server: str) -> str | None:
    """What that server needs and this machine has not."""
    if server == "llama-cpp-python" and not (find_spec("llama_cpp") and find_spec("sse_starlette")):
        return 'pip install "llama-cpp-python[server]" (it compiles)'
    return None


@contextmanager
def serving(command: list[str], **given: object) -> Iterator[subprocess.Popen[bytes]]:
    """A child process that ends when this does."""
    log = given.pop("log", subprocess.DEVNULL)
    options = {"stdout": log, "stderr": log, **given}
    with subprocess.Popen(command, **options) as child:  # type: ignore[call-overload]
        try:
            yield child
        finally:
            child.kill()


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def wait_for(url: str, child: subprocess.Popen[bytes]) -> None:
    """Until the server answers there."""
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        if child.poll() is not None:
            raise RuntimeError(f"{child.args!r} ended with {child.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"{url} did not answer within {STARTING:g} s")
