"""A small real model: in process, behind a llama.cpp server, and behind transformers' server on the same weights."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import smollm2
from conftest import ROOT

from index import Index
from rag import Answer, Assistant
from rag.events import Finished, Verified
from rag.llms import LLM, Limits, Message, get_llm

FEW = ("Which loss does the Align and Prompt framework introduce?", "What is SelfCodeAlign?")
ASK = [Message("user", "Name one fruit.")]


@pytest.fixture(scope="session")
def gguf() -> Path:
    try:
        return smollm2.gguf()
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"no small model: {error}")


@pytest.fixture(scope="module")
def served(gguf: Path) -> Iterator[str]:
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "serve_gguf.py"), str(gguf)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    yield child.stdout.readline().strip() + "/v1"
    child.kill()
    child.wait()


@pytest.fixture(scope="module")
def transformers_served(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = str(smollm2.folder())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    program = str(Path(sys.executable).parent / "transformers")
    command = [program, "serve", folder, "--host", "127.0.0.1", "--port", port, "--device", "cpu"]
    env = {**os.environ, "HF_HOME": str(tmp_path_factory.mktemp("hf")), "HF_HUB_OFFLINE": "1"}
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/health", timeout=1).close()
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    yield f"{url}/v1", folder
    child.kill()
    child.wait()


def check(answer: Answer, index: Index) -> None:
    """What holds for every answer, whatever the model wrote."""
    markers = {citation.marker for citation in answer.citations}
    for citation in answer.citations:
        assert index.paper(citation.paper_id).abstract[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert set(sentence.markers) <= markers
        assert sentence.verdict != "supported" or sentence.markers
        assert sentence.verdict == "supported" or sentence.text not in answer.text


def stream(llm: LLM, index: Index, question: str, top_k: int = 1) -> Answer:
    events = list(Assistant(index, llm=llm, top_k=top_k, fallback=False).stream(question))
    assert isinstance(events[-1], Finished)
    assert [e.sentence for e in events if isinstance(e, Verified)] == list(events[-1].answer.sentences)
    check(events[-1].answer, index)
    return events[-1].answer


def test_in_process(gguf: Path, demo: Index) -> None:
    llm = get_llm(f"gguf:{gguf}")
    assert llm is not None
    answers = [stream(llm, demo, question) for question in FEW]
    assert any("VTC" in s.text for s in answers[0].sentences if s.verdict == "supported")
    assert answers[0].usage.prompt_tokens > 100
    assert answers[0].usage.cost_usd == 0.0


def test_through_a_llama_cpp_server(served: str, demo: Index) -> None:
    llm = get_llm(url=served)
    assert llm is not None
    answer = stream(llm, demo, FEW[0])
    assert any("VTC" in s.text for s in answer.sentences if s.verdict == "supported")
    assert answer.usage.completion_tokens > 5


def test_a_schema_constrains_a_llama_cpp_server(served: str) -> None:
    import json

    llm = get_llm(url=served)
    assert llm is not None
    schema = {"type": "object", "properties": {"fruit": {"enum": ["plum", "pear"]}}, "required": ["fruit"]}
    assert json.loads("".join(llm.stream(ASK, max_tokens=60, schema=schema)))["fruit"] in ("plum", "pear")


def test_cancelling_a_real_stream_ends_it(gguf: Path) -> None:
    llm, cancel = get_llm(f"gguf:{gguf}"), threading.Event()
    assert llm is not None
    completion = llm.stream([Message("user", "Count to one thousand.")], max_tokens=900, cancel=cancel)
    next(completion)
    cancel.set()
    assert len(list(completion)) <= 1
    assert completion.finish == "cancelled"


@pytest.mark.long
def test_a_server_killed_in_the_middle_of_an_answer(gguf: Path, demo: Index) -> None:
    command = [sys.executable, str(ROOT / "tests" / "serve_gguf.py"), str(gguf)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        llm = get_llm(url=child.stdout.readline().strip(), limits=Limits(connect=2, silence=20, attempts=2))
        assert llm is not None
        completion = llm.stream([Message("user", "Count to one thousand.")], max_tokens=900)
        next(completion)
        child.kill()
        with pytest.raises(Exception, match=r"broke off|cannot be reached|failed"):
            list(completion)
        answer = Assistant(demo, llm=llm).ask(FEW[0])
    assert answer.model == "extractive"
    assert "quoted from the papers, because" in (answer.reason or "")


@pytest.mark.long
def test_through_the_server_of_transformers(transformers_served: tuple[str, str], demo: Index) -> None:
    url, model = transformers_served
    llm = get_llm(f"openai:{model}", url=url)
    assert llm is not None
    answers = [stream(llm, demo, question) for question in FEW]
    assert any(answer.sentences for answer in answers)


@pytest.mark.long
def test_transformers_in_process(gguf: Path, demo: Index) -> None:
    llm = get_llm(f"hf:{smollm2.folder()}")
    assert llm is not None
    stream(llm, demo, FEW[0])
