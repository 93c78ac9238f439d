"""A small real model: in process, behind a llama.cpp server, and behind two independent servers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import smollm2
from conftest import ROOT
from llm_checks import ask
from llm_servers import SERVERS, missing, model
from typer.testing import CliRunner

from index import Index
from rag import Answer, Assistant
from rag.llms import LLM, Limits, Message
from ui.cli import create_app

FEW = ("Which loss does the Align and Prompt framework introduce?", "What is SelfCodeAlign?")
COUNT = [Message("user", "Count to one thousand.")]
FRUIT = {"type": "object", "properties": {"fruit": {"enum": ["plum", "pear"]}}, "required": ["fruit"]}
PATIENT = Limits(silence=300, total=600)  # others may be computing


@pytest.fixture(scope="session")
def gguf() -> Path:
    try:
        return smollm2.gguf()
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"no small model: {error}")


@pytest.fixture(scope="module")
def in_process(gguf: Path) -> LLM:
    return model(f"gguf:{gguf}", limits=PATIENT)


@pytest.fixture(scope="module")
def served(gguf: Path) -> Iterator[LLM]:
    with SERVERS["llama.cpp"](PATIENT) as llm:
        yield llm


def told(llm: LLM, index: Index, question: str) -> Answer:
    answer, wrong = ask(Assistant(index, llm=llm, top_k=1, fallback=False), question)
    assert not wrong
    return answer


def test_in_process(in_process: LLM, demo: Index) -> None:
    answers = [told(in_process, demo, question) for question in FEW]
    assert any("VTC" in s.text for s in answers[0].sentences if s.verdict == "supported")
    assert answers[0].usage.prompt_tokens > 100
    assert answers[0].usage.cost_usd == 0.0


def test_through_a_llama_cpp_server(served: LLM, demo: Index) -> None:
    assert served.context_window == 4096  # as it tells
    answers = [told(served, demo, question) for question in FEW]
    assert any("VTC" in s.text for s in answers[0].sentences if s.verdict == "supported")
    assert answers[0].usage.completion_tokens > 5


def test_citewell_ask_prints_each_sentence_with_its_verdict(served: LLM, demo: Index) -> None:
    url = dict(served.parameters)["url"]
    given = [
        "ask",
        FEW[0],
        "--llm-url",
        url,
        "--top-k",
        "1",
        "--no-fallback",
        "--llm-timeout",
        "300",
        "--index",
        str(demo.path),
    ]
    done = CliRunner().invoke(create_app(), given)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert lines[0].startswith("✓ ")
    assert "VTC" in lines[0]
    assert "Sources" in lines


def test_a_schema_constrains_a_llama_cpp_server(served: LLM) -> None:
    said = "".join(served.stream([Message("user", "Name one fruit.")], max_tokens=60, schema=FRUIT))
    assert json.loads(said)["fruit"] in ("plum", "pear")


def test_cancelling_a_real_stream_ends_it(in_process: LLM) -> None:
    cancel = threading.Event()
    completion = in_process.stream(COUNT, max_tokens=900, cancel=cancel)
    next(completion)
    cancel.set()
    assert len(list(completion)) <= 1
    assert completion.finish == "cancelled"


@pytest.mark.long
def test_a_server_killed_in_the_middle_of_an_answer(gguf: Path, demo: Index) -> None:
    command = [sys.executable, str(ROOT / "tests" / "serve_gguf.py"), str(gguf)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        llm = model(url=child.stdout.readline().strip(), limits=Limits(connect=20, silence=60, attempts=2))
        completion = llm.stream(COUNT, max_tokens=900)
        next(completion)
        child.kill()
        with pytest.raises(Exception, match=r"broke off|cannot be reached|failed"):
            list(completion)
        answer = Assistant(demo, llm=llm).ask(FEW[0])
    assert answer.model == "extractive"
    assert "quoted from the papers, because" in (answer.reason or "")


@pytest.mark.long
@pytest.mark.parametrize("server", ["transformers", "llama-cpp-python"])
def test_through_an_independent_server(server: str, gguf: Path, demo: Index) -> None:
    if lacks := missing(server):
        pytest.skip(f"{server} needs {lacks}")
    with SERVERS[server](PATIENT) as llm:
        answers = [told(llm, demo, question) for question in FEW]
    assert any(answer.sentences for answer in answers)
    assert all(answer.usage.completion_tokens > 5 for answer in answers)


@pytest.mark.long
def test_transformers_in_process(gguf: Path, demo: Index) -> None:
    assert told(model(f"hf:{smollm2.folder()}", limits=PATIENT), demo, FEW[0]).usage.completion_tokens > 5


@pytest.mark.long
def test_llama_cpp_python_in_process(gguf: Path, demo: Index) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: pip install llama-cpp-python")
    from rag.llms.backends.llama_cpp import LlamaCppBackend
    from rag.llms.guarded import GuardedLLM

    llm = GuardedLLM(LlamaCppBackend(gguf, 4096), PATIENT)
    answer = told(llm, demo, FEW[0])
    assert any("VTC" in s.text for s in answer.sentences if s.verdict == "supported")
    said = "".join(llm.stream([Message("user", "Name one fruit.")], max_tokens=60, schema=FRUIT))
    assert json.loads(said)["fruit"] in ("plum", "pear")
    completion = llm.stream(COUNT, max_tokens=900)
    next(completion)
    completion.close()
    assert list(completion) == []
