"""The guard around every model: limits, retries, cancellation; names, keys and prices. No model is needed."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import BadResponse, InputError, MissingExtra, ModelUnavailable, UnknownName
from rag.llms import Limits, Message, ScriptedLLM, as_llm, get_llm, providers
from rag.llms.backends.ollama import address
from rag.llms.base import Delta, Request, estimate_tokens
from rag.llms.failures import Transient, redact, translate
from rag.llms.guarded import GuardedLLM
from rag.llms.prices import cost_of
from rag.schema import Usage

ASK = [Message("user", "What is SimCSE?")]
QUICK = Limits(connect=1, silence=0.4, total=2, attempts=3, longest_wait=0.01)


class Backend:
    """A backend of a list of steps: text is yielded, a number is slept, an exception raised."""

    name, context_window, constrains, parameters = "test:model", 2048, False, ()

    def __init__(self, *tries: list[object]) -> None:
        self.tries, self.opened, self.aborted = list(tries), 0, 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def open(self, request: Request) -> Iterator[Delta]:
        steps = self.tries[min(self.opened, len(self.tries) - 1)]
        self.opened += 1
        for step in steps:
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, str | Usage):
                yield Delta(step) if isinstance(step, str) else Delta("", step)
            else:
                time.sleep(float(str(step)))

    def abort(self) -> None:
        self.aborted += 1


def ask(*tries: list[object], limits: Limits = QUICK, **options: object) -> tuple[str, Backend, Usage]:
    backend = Backend(*tries)
    completion = GuardedLLM(backend, limits).stream(ASK, max_tokens=50, **options)  # type: ignore[arg-type]
    return "".join(completion), backend, completion.usage


def test_the_pieces_come_in_order_and_tokens_are_counted() -> None:
    text, backend, usage = ask(["SimCSE ", "is ", "a method"])
    assert text == "SimCSE is a method"
    assert usage == Usage(3, 4, None)  # 3 words asked, 4 answered, no price known
    assert backend.opened == 1


def test_told_usage_beats_counting() -> None:
    assert ask(["yes", Usage(10, 20)])[2] == Usage(10, 20, None)


def test_a_passing_failure_is_tried_again_a_bounded_number_of_times() -> None:
    text, backend, _ = ask([ConnectionError("x")], [ConnectionError("x")], ["at last"])
    assert (text, backend.opened) == ("at last", 3)
    backend = Backend([ConnectionError("x")])
    with pytest.raises(ModelUnavailable, match="test:model cannot be reached"):
        list(GuardedLLM(backend, QUICK).stream(ASK, max_tokens=5))
    assert backend.opened == QUICK.attempts


def test_a_lasting_failure_is_not_tried_again() -> None:
    backend = Backend([RuntimeError("no such layer")])
    with pytest.raises(ModelUnavailable, match=r"test:model failed: RuntimeError: no such layer"):
        list(GuardedLLM(backend, QUICK).stream(ASK, max_tokens=5))
    assert backend.opened == 1


def test_after_the_first_piece_nothing_is_tried_again() -> None:
    backend, got = Backend(["one ", ConnectionError("gone")]), []
    with pytest.raises(Transient):
        for piece in GuardedLLM(backend, QUICK).stream(ASK, max_tokens=5):
            got.append(piece)
    assert (got, backend.opened) == (["one "], 1)


def test_silence_and_slowness_end() -> None:
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"silent for 0\.4 s"):
        ask(["one ", 5])
    with pytest.raises(ModelUnavailable, match="did not finish within 2 s"):
        ask(["word ", 0.2] * 40)
    assert time.monotonic() - started < 5


def test_an_answer_longer_than_asked_is_cut() -> None:
    text, _, _ = ask(["spam " * 2_000_000])
    assert len(text) == 50 * 12


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["<th", "ink>Let me see.", " Hm.</thi", "nk>\n\nSim", "CSE."], "SimCSE."),
        (["<THINK>a</THINK><thought>b</thought> c"], " c"),
        (["<b", ">bold"], "<b>bold"),
        (["a <think>b</think>"], "a <think>b</think>"),
    ],
)
def test_thoughts_before_the_answer_are_left_out(pieces: list[object], text: str) -> None:
    assert ask(pieces)[0].strip() == text.strip()


@pytest.mark.parametrize("steps", [["<think>Hm, ", "hm."], [Usage(9, 50)]])
def test_nothing_but_thoughts_is_told_as_such(steps: list[object]) -> None:
    with pytest.raises(BadResponse, match="wrote no answer within 50 tokens of thinking: switch its thinking off"):
        ask(steps)


def test_a_wait_longer_than_we_wait_is_not_begun() -> None:
    backend = Backend([Transient("busy", after=3600)])
    with pytest.raises(Transient):
        list(GuardedLLM(backend, QUICK).stream(ASK, max_tokens=5))
    assert backend.opened == 1


@pytest.mark.parametrize(
    "url", ["http://[::1/v1", "http://127.0.0.1:99999/v1", "ftp://here", "http://h/v1?key=hunter2"]
)
def test_an_address_that_is_none_is_one_line(url: str) -> None:
    with pytest.raises(InputError, match="--llm-url must") as caught:
        get_llm(url=url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("steps", [[], ["", "  \n"]])
def test_an_empty_answer_is_an_error(steps: list[object]) -> None:
    with pytest.raises(BadResponse, match="answered nothing"):
        ask(steps)


def test_cancelling_ends_the_stream_at_once() -> None:
    cancel, backend = threading.Event(), Backend(["one ", 1, "two"])
    completion = GuardedLLM(backend, QUICK).stream(ASK, max_tokens=5, cancel=cancel)
    assert next(completion) == "one "
    cancel.set()
    assert (list(completion), completion.finish) == ([], "cancelled")
    assert backend.aborted == 1


def test_closing_ends_it_too() -> None:
    backend = Backend(["one ", 1, "two"])
    completion = GuardedLLM(backend, QUICK).stream(ASK, max_tokens=5)
    next(completion)
    completion.close()
    assert list(completion) == []


def test_the_scripted_model_ships() -> None:
    llm = ScriptedLLM("first answer", ConnectionError("x"), lambda request: request.messages[0].content)
    assert "".join(llm.stream(ASK, max_tokens=9)) == "first answer"
    assert "".join(llm.stream(ASK, max_tokens=9)) == "What is SimCSE?"  # the failure was tried again
    assert len(llm.requests) == 3


def test_names_are_checked() -> None:
    assert get_llm() is None
    assert get_llm("extractive") is None
    with pytest.raises(UnknownName, match=r"unknown LLM provider 'gtp'.*openai:MODEL"):
        get_llm("gtp:4")
    with pytest.raises(InputError, match="needs a model"):
        get_llm("ollama")
    with pytest.raises(InputError, match="is not a file"):
        get_llm("gguf:/nowhere/model.gguf")
    with pytest.raises(InputError, match=r"^hf:/nowhere is not a folder; give the folder of a model[^\n]*$"):
        get_llm("hf:/nowhere")
    with pytest.raises(InputError, match="at least 512 tokens"):
        get_llm("openai:m", url="http://127.0.0.1:9/v1", context=100)
    with pytest.raises(InputError, match="must be a name"):
        as_llm(42)
    with pytest.raises(InputError, match=r"must be a name.*not the class ScriptedLLM"):
        as_llm(ScriptedLLM)
    with pytest.raises(InputError, match="--llm gguf needs a model: --llm gguf:FILE"):
        get_llm("gguf:")
    with pytest.raises(InputError, match="user or password") as caught:
        get_llm(url="http://me:hunter2@127.0.0.1/v1")
    assert "hunter2" not in str(caught.value)


def test_keys_come_from_the_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match="needs OPENAI_API_KEY in the environment"):
        get_llm("openai:gpt-4o-mini")
    with pytest.raises(InputError, match="needs ANTHROPIC_API_KEY in the environment"):
        get_llm("anthropic:claude-sonnet-4-0")
    assert {p.name: p.lacks for p in providers()}["openai"] == "OPENAI_API_KEY in the environment, or --llm-url"


def test_a_folder_that_holds_no_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"holds no whole model of transformers: no config\.json$"):
        get_llm(f"hf:{tmp_path}")
    (tmp_path / "config.json").write_text('{"model_type": "llama"', encoding="utf8")
    with pytest.raises(ModelUnavailable, match=r"^hf:\S+ holds no whole model of transformers: [^\n]+$"):
        get_llm(f"hf:{tmp_path}")
    (tmp_path / "cut.gguf").write_bytes(b"GGUF and no more")
    with pytest.raises(ModelUnavailable, match=r"cut\.gguf cannot be loaded by llama\.cpp; is the file whole\?"):
        get_llm(f"gguf:{tmp_path / 'cut.gguf'}")


@pytest.mark.parametrize("provider", ["anthropic", "ollama", "openai"])
def test_a_missing_extra_is_named(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = {"openai": "openai_like"}.get(provider, provider)
    monkeypatch.setitem(sys.modules, f"llama_index.llms.{module}", None)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-nobody")
    with pytest.raises(MissingExtra, match=rf'pip install "citewell\[{provider}\]"'):
        get_llm(f"{provider}:m")
    assert {p.name: p.lacks for p in providers()}[provider] == f'pip install "citewell[{provider}]"'


def test_where_ollama_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0:9")
    assert {p.name: p.lacks for p in providers()}["ollama"] == "an Ollama server running at http://127.0.0.1:9"
    monkeypatch.delenv("OLLAMA_HOST")
    assert address() == "http://127.0.0.1:11434"
    assert address("box") == "http://box:11434"
    assert address("https://me:pw@box/ollama/") == "https://box/ollama"


def test_nothing_that_looks_like_a_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "s3cr3t-value")
    told = str(translate("x:y", RuntimeError("sent s3cr3t-value and sk-abcdef123456 with Bearer abc.def")))
    assert told == "x:y failed: RuntimeError: sent *** and *** with ***"
    assert redact("nothing here") == "nothing here"


def test_any_llama_index_model_is_wrapped() -> None:
    from llama_index.core.llms import MockLLM

    llm = as_llm(MockLLM(max_tokens=3))
    assert llm is not None
    assert llm.name.startswith("llamaindex:")
    assert "".join(llm.stream(ASK, max_tokens=9))


def test_prices_are_those_that_one_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITEWELL_LLM_PRICE", raising=False)
    assert cost_of("openai:any-model", Usage(10, 10)) is None
    monkeypatch.setenv("CITEWELL_LLM_PRICE", "0.15, 0.6")
    assert cost_of("openai:any-model", Usage(1_000_000, 100_000)) == pytest.approx(0.15 + 0.06)
    assert cost_of("gguf:/some/file.gguf", Usage(10, 10)) == 0.0
    monkeypatch.setenv("CITEWELL_LLM_PRICE", "cheap")
    with pytest.raises(InputError, match="CITEWELL_LLM_PRICE is"):
        get_llm("openai:m", url="http://127.0.0.1:9/v1")
    assert estimate_tokens("four") == 2
