"""Servers that misbehave: a real HTTP server in a child process does each thing that servers do when they are ill."""

import json
import urllib.request
from dataclasses import replace

import pytest

from index import Index
from index.errors import BadResponse, InputError, ModelError, ModelUnavailable
from rag import Assistant
from rag.llms import Limits, Message, get_llm
from rag.llms.base import Completion
from rag.saved.replay import replay

LIMITS = Limits(connect=20, silence=20, total=60, attempts=2, longest_wait=0.05)
SHORT = replace(LIMITS, silence=0.8)
ASK = [Message("user", "What is SimCSE?")]
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}}


def ask(port: int, way: str, **options: object) -> tuple[str, Completion]:
    limits = SHORT if way in ("silence", "drip") else LIMITS
    llm = get_llm("openai:m", url=f"http://127.0.0.1:{port}/{way}/v1", keyed=True, limits=limits)
    assert llm is not None
    completion = llm.stream(ASK, max_tokens=60, **options)  # type: ignore[arg-type]
    return "".join(completion), completion


def keys_sent(port: int, way: str) -> set[str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/asked/v1/models") as reply:
        return {entry["id"] for entry in json.load(reply)["data"] if entry["id"].split()[0] == way}


def test_a_good_server(port: int) -> None:
    text, completion = ask(port, "good")
    assert text.startswith("SimCSE is a framework")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (7, 11)


def test_a_busy_server_is_asked_again(port: int) -> None:
    assert ask(port, "flaky")[0].startswith("SimCSE")


def test_a_server_without_schemas_is_asked_without(port: int) -> None:
    assert ask(port, "noschema", schema=SCHEMA)[0].startswith("SimCSE")


def test_the_model_is_asked_for_when_none_is_named(port: int) -> None:
    llm = get_llm(url=f"http://127.0.0.1:{port}/good", limits=LIMITS)
    assert llm is not None
    assert (llm.name, llm.context_window) == ("url:good-model", 4096)


@pytest.mark.parametrize(
    ("way", "kind", "line"),
    [
        ("429", ModelUnavailable, "is asked too often or out of quota (HTTP 429)"),
        ("500", ModelUnavailable, "failed (HTTP 500)"),
        ("html", BadResponse, "answered nothing that can be read"),
        ("empty", BadResponse, "answered nothing that can be read"),
        ("json", BadResponse, "answered what is not the protocol"),
        ("silence", ModelError, "was silent for 0.8 s"),
        ("cut", ModelUnavailable, "broke off the connection"),
        ("flood", BadResponse, "sends without end"),
        ("drip", ModelUnavailable, "was silent for 0.8 s"),
        ("garbage", BadResponse, "answered what is not the protocol"),
        ("error", ModelUnavailable, "failed: APIError: out of memory"),
        ("whole", BadResponse, "answered nothing that can be read"),
        ("packed", BadResponse, "sends packed what was asked for plain"),
        ("context", ModelUnavailable, "found the prompt too long for its context, whose size --llm-context tells"),
        ("bill", ModelUnavailable, "wants to be paid first (HTTP 402): no credits left"),
        ("tomorrow", ModelUnavailable, "out of quota (HTTP 429): it asks to wait 3600 s"),
        ("choiceless", BadResponse, "answered what is not the protocol"),
        ("redirect", ModelUnavailable, "sends the question elsewhere (HTTP 307): name that address instead"),
    ],
)
def test_every_illness_is_one_clear_line(port: int, way: str, kind: type[Exception], line: str) -> None:
    with pytest.raises(kind) as caught:
        ask(port, way)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("way", ["huge", "endless"])
def test_too_much_is_cut_off(port: int, way: str) -> None:
    text, completion = ask(port, way)
    assert (len(text), completion.finish) == (60 * 12, "length")


def test_a_refused_key_is_not_repeated(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_LLM_KEY", "my-very-own-key-1234")
    with pytest.raises(ModelUnavailable, match="refused the key") as caught:
        ask(port, "401")
    assert "1234" not in str(caught.value)


def test_a_context_that_is_told_drops_whole_passages_from_the_tail(port: int, demo: Index) -> None:
    url = f"http://127.0.0.1:{port}/good/v1"
    wide = get_llm("openai:m", url=url, limits=LIMITS)
    assert wide is not None
    assert wide.context_window == 4096  # the server does not tell it for m
    question, seen = "How does SimCSE compare with WhitenedCSE?", {}
    for tokens in (None, 2000, 1300):
        llm = get_llm("openai:m", url=url, context=tokens, limits=LIMITS)
        answer = Assistant(demo, llm=llm, abstain=False, fallback=False).ask(question)
        seen[tokens] = list(dict.fromkeys(found.chunk.paper_id for found in answer.contexts))
        assert dict(answer.receipt.parameters).get("context") == (str(tokens) if tokens else None)
    with pytest.raises(InputError, match=f"give --llm-url {url}$"):
        replay(answer.to_dict(), demo)  # the address stands in a file; nobody has confirmed it
    again = replay(answer.to_dict(), demo, llm_url=url)  # the receipt tells the context
    assert (again.changes, again.answer.receipt) == ((), answer.receipt)
    assert len(seen[None]) == 5
    assert 0 < len(seen[1300]) < len(seen[2000]) < 5
    assert seen[None][: len(seen[2000])] == seen[2000]
    assert seen[None][: len(seen[1300])] == seen[1300]


def test_a_key_does_not_follow_a_redirect(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_LLM_KEY", "my-very-own-key-1234")
    with pytest.raises(ModelUnavailable, match="elsewhere"):
        ask(port, "redirect")
    with pytest.raises(ModelUnavailable, match="elsewhere"):
        get_llm(url=f"http://127.0.0.1:{port}/redirect/v1", keyed=True, limits=LIMITS)
    assert "redirect Bearer my-very-own-key-1234" in keys_sent(port, "redirect")
    assert not [line for line in keys_sent(port, "good") if "1234" in line]


def test_a_key_goes_only_to_the_address_that_was_given_with_it(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_LLM_KEY", "my-very-own-key-1234")
    typed, given = f"http://127.0.0.1:{port}/typed", f"http://127.0.0.1:{port}/given/"
    monkeypatch.setenv("CITEWELL_LLM_URL", given)

    def used(url: str, **how: bool) -> None:  # as the tab Models does: the server's models, then a word from the first
        model = get_llm(url=url, limits=LIMITS, **how)
        assert model is not None and "SimCSE" in "".join(model.stream(ASK, max_tokens=8))

    used(typed)
    assert keys_sent(port, "typed") == {"typed None", "typed Bearer none"}
    used(given)
    assert keys_sent(port, "given") == {"given Bearer my-very-own-key-1234"}
    used(f"http://127.0.0.1:{port}/named", keyed=True)
    assert keys_sent(port, "named") == {"named Bearer my-very-own-key-1234"}


def test_the_key_of_anthropic_goes_to_no_typed_address(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "my-very-own-key-5678")
    with pytest.raises(InputError, match="only to the address that citewell was started with"):
        get_llm("anthropic:m", url=f"http://127.0.0.1:{port}/anthropic/v1", limits=LIMITS)


def test_the_key_of_openai_goes_nowhere_else(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.llms.backends import openai

    monkeypatch.setenv("OPENAI_API_KEY", "sk-the-real-one")
    monkeypatch.delenv("CITEWELL_LLM_KEY", raising=False)
    llm = openai.from_url(f"http://127.0.0.1:{port}/good/v1", "m", LIMITS)
    assert llm._client(None).api_key == "none"


@pytest.fixture
def anthropic_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "my-very-own-key-5678")


def ask_anthropic(port: int, way: str, model: str) -> Completion:
    llm = get_llm(f"anthropic:{model}", url=f"http://127.0.0.1:{port}/{way}/v1", keyed=True, limits=LIMITS)
    assert llm is not None
    return llm.stream([Message("system", "Be brief."), *ASK], max_tokens=60, stop=("\n",))


@pytest.mark.usefixtures("anthropic_key")
def test_a_server_of_anthropics_protocol(port: int) -> None:
    completion = ask_anthropic(port, "anthropic", "claude-of-tomorrow")  # LlamaIndex's table does not know it
    assert "".join(completion).startswith("claude-of-tomorrow says: SimCSE is")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (25, 15)


@pytest.mark.usefixtures("anthropic_key")
@pytest.mark.parametrize(
    ("way", "model", "line"),
    [
        ("401", "m", "refused the key (HTTP 401)"),
        ("500", "m", "failed (HTTP 500)"),
        ("html", "m", "answered nothing that can be read"),
        ("cut", "m", "answered nothing that can be read|answered what is not the protocol|broke off"),
        ("garbage", "m", "answered what is not the protocol"),
        ("anthropic", "overloaded", "failed: APIStatusError: Overloaded"),
        ("redirect", "m", "sends the question elsewhere (HTTP 307)"),
    ],
)
def test_an_ill_server_of_anthropics_protocol_is_one_clear_line(port: int, way: str, model: str, line: str) -> None:
    with pytest.raises(ModelError) as caught:
        list(ask_anthropic(port, way, model))
    assert any(part in str(caught.value) for part in line.split("|")), str(caught.value)
    assert str(caught.value).startswith(f"anthropic:{model}")
    assert "5678" not in str(caught.value) and "\n" not in str(caught.value)


def test_nobody_listens() -> None:
    llm = get_llm("openai:m", url="http://127.0.0.1:9/v1", limits=LIMITS)
    assert llm is not None
    with pytest.raises(ModelUnavailable, match=r"url:m at http://127.0.0.1:9/v1 cannot be reached: is it running"):
        list(llm.stream(ASK, max_tokens=5))
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        get_llm(url="http://127.0.0.1:9/v1", limits=LIMITS)
