"""The parts of the chat on their own: sessions, guard, export, feedback, names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import pytest

from index.errors import InputError, UnknownName
from index.schema import Identifiers, Paper
from index.writers import bibtex, csl_json, keys, ris
from rag.schema import Answer, Citation, Receipt, Sentence, Usage
from ui.conversation.asking import line_of
from ui.conversation.export import html, markdown
from ui.conversation.feedback import FeedbackStore
from ui.conversation.libraries import checked
from ui.conversation.paper_map import _names
from ui.conversation.present import is_web
from ui.conversation.state import Conversation, Exchange
from ui.conversation.uploads import safe_name
from ui.web.answering import paced
from ui.web.security import Guard, Rate, is_served

ODD = [
    (one, False) for one in ("127.0.0.1:80@evil", "[::1]evil", "127.0.0.1:", "localhost:x", "localhost ", "[::1", "a..")
]
HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) }\n@misc{evil,"


def answer(text: str = "A sentence.", outcome: str = "answered") -> Answer:
    citation = Citation(1, "p", "p#0", HOSTILE, text, 0, len(text), "0" * 64)
    sentence = Sentence(text, (1,), 1.0, "supported", "recited")
    receipt = Receipt("", "", "", "", "extractive")
    return Answer("q", text, (sentence,), (citation,), (), (), outcome, None, (), "extractive", Usage(), receipt)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "known"),
    [("127.0.0.1:7860", True), ("localhost", True), ("[::1]:80", True), ("evil.example", False), ("", False), *ODD],
)
def test_only_our_own_names_are_answered(host: str, known: bool) -> None:
    assert Guard().host_allowed(host) is known


def test_an_exposed_app_answers_to_addresses_and_not_to_names() -> None:
    guard = Guard(any_address=True)
    assert guard.host_allowed("192.0.2.7:7860") and not guard.host_allowed("rebound.example:7860")
    proxied = Guard(hosts=frozenset({"papers.example"}))
    assert proxied.host_allowed("papers.example") and proxied.origin_allowed("https://papers.example", "papers.example")


def test_an_origin_must_be_ours() -> None:
    guard = Guard()
    assert guard.origin_allowed(None, "localhost:1") and guard.origin_allowed("http://localhost:1", "localhost:1")
    assert not guard.origin_allowed("http://localhost:2", "localhost:1")
    assert not guard.origin_allowed("null", "localhost:1")


def test_the_rate_refills() -> None:
    now = [0.0]
    rate = Rate(2, clock=lambda: now[0])
    assert [rate.take("a"), rate.take("a"), rate.take("a"), rate.take("b")] == [True, True, False, True]
    now[0] = 30
    assert rate.take("a") and not rate.take("a")


def test_of_gradio_only_what_is_used_is_served() -> None:
    assert is_served("/gradio_api/call/ask") and is_served("/config") and is_served("/gradio_api/upload")
    for path in ("/gradio_api/proxy=http://x", "/monitoring", "/gradio_api/process_recording", "/gradio_api/runs"):
        assert not is_served(path)


def test_file_names_stay_in_their_folder() -> None:
    taken: set[str] = set()
    names = [safe_name(n, taken) for n in ("../../etc/passwd", "C:\\a\\b.bib", "b.bib", "..", "<x>\n.ris")]
    assert names == ["passwd", "b.bib", "b-2.bib", "file", "_x__.ris"]
    long = safe_name("論" * 100 + ".ris", taken)
    assert long.endswith(".ris") and len(long.encode()) <= 180


@pytest.mark.parametrize("name", ["x" * 5_000_000, "x" * 41, "", "../a", "demo", "<b>"])
def test_a_library_is_named_in_a_few_plain_letters(name: str) -> None:
    with pytest.raises(InputError, match="a library's name has 1 to 40 letters"):
        checked(name)


def test_exports_show_hostile_text_and_run_none() -> None:
    exchanges = (Exchange(1, HOSTILE, answer(HOSTILE), 0.1),)
    assert "<img" not in html(exchanges) and "&lt;img" in html(exchanges)
    text = markdown(exchanges)
    assert r"\<img" in text and r"\[a\](javascript" in text


def test_references_hold_one_record_a_paper() -> None:
    paper = Paper("p", HOSTILE, "", ("Doe, Jane",), published="2024-03", identifiers=Identifiers(doi="10.1/x"))
    papers = [paper, paper]
    assert keys(papers) == ["doe2024", "doe2024-2"]
    assert [line for line in bibtex(papers).splitlines() if line.startswith("@")] == [
        "@misc{doe2024,",
        "@misc{doe2024-2,",
    ]
    assert ris(papers).count("TY  - ") == 2 and "\n@misc{evil" not in ris(papers)
    assert json.loads(csl_json(papers))[0]["issued"] == {"date-parts": [[2024, 3]]}


def test_feedback_becomes_gold_candidates(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "f.sqlite")
    assert len(store.candidates().splitlines()) == 1
    assert store.count() == 0
    store.judge("q", answer(), good=True)
    store.judge("q", answer(), good=False)
    assert store.count() == 1
    header, only = (json.loads(line) for line in store.candidates().splitlines())
    assert header["format"] == "citewell-gold" and only["question"] == "q" and only["reference_answers"] == []
    store.judge("q", answer(), good=None)
    assert store.count() == 0


def test_groups_of_the_map_are_named_by_what_their_titles_end_in_never_by_an_adverb() -> None:
    bread = [
        ("Actively Kneading Sourdough Bread", "Sourdough bread needs time."),
        ("Actively Proofing Sourdough Bread with pH-Meters", "It is actively proofed: sourdough bread."),
        ("Following the Oven: Sourdough Bread", "Oven and bread."),
    ]
    tea = [("Long-leaf Tea: a Water Temperature", "Water temperature and tea."), ("On Water Temperature", "Of tea.")]
    groups = np.array([0, 0, 0, 1, 1])
    names = _names([*bread, *tea], groups, 2)
    assert names[0].startswith("sourdough bread") and names[1].startswith("water temperature")
    assert not any("actively" in one or "following" in one for one in names)
    assert _names([("Actively", "Actively.")], np.array([0]), 1) == ("actively",)  # there is nothing else


def test_only_web_links_are_links() -> None:
    assert is_web("https://example.org/a") and is_web("http://127.0.0.1/")
    for link in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "http://", "vbscript:x"):
        assert not is_web(link)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("no index at /tmp/a b/c: make one", "no index at a b/c: make one"),
        ("gguf:/tmp/m/big.gguf is not a file", "gguf:big.gguf is not a file"),
        ("[Errno 2] No such file: '/tmp/x/y.json'", "[Errno 2] No such file: 'y.json'"),
        ("http://127.0.0.1:9/v1/models is silent", "http://127.0.0.1:9/v1/models is silent"),
        ("see /v1/models and/or 3/4/5", "see /v1/models and/or 3/4/5"),
    ],
)
def test_of_a_path_an_error_tells_the_last_part(error: str, told: str) -> None:
    assert line_of(InputError(error)) == told


def test_wrong_names_are_refused() -> None:
    from ui.conversation.export import export
    from ui.conversation.libraries import library, new_library

    with pytest.raises(UnknownName):
        export("docx", Conversation(), None)
    with pytest.raises(UnknownName):
        library("nowhere")
    with pytest.raises(InputError):
        new_library("../up")


def test_the_network_is_only_opened_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.terminal.chat import chat, credentials

    monkeypatch.delenv("CITEWELL_AUTH", raising=False)
    with pytest.raises(InputError, match="--auth"):
        chat(host="0.0.0.0")
    with pytest.raises(InputError, match=r"--name papers\.example lets other machines in"):
        chat(name=["papers.example"])
    with pytest.raises(InputError, match="USER:PASSWORD"):
        credentials("env")
    monkeypatch.setenv("CITEWELL_AUTH", "ann:secret")
    assert credentials("env") == {"ann": "secret"}


def test_a_token_alone_is_refused_because_it_would_guard_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.terminal.chat import chat

    monkeypatch.setenv("CITEWELL_TOKEN", "t0ken")
    with pytest.raises(InputError, match="--auth"):
        chat()


def test_the_last_state_before_a_pause_is_shown_and_what_a_newer_one_overtakes_is_not() -> None:
    async def shown() -> list[int]:
        seen, resumed = [], asyncio.Event()

        async def states() -> AsyncGenerator[int, None]:
            for number in (1, 2, 3):  # within one frame
                yield number
            await resumed.wait()
            yield 4

        async for number in paced(states(), frame=0.2):
            seen.append(number)
            if number == 3:
                resumed.set()
        return seen

    assert asyncio.run(asyncio.wait_for(shown(), timeout=30)) == [1, 3, 4]


def test_what_was_made_before_an_error_is_shown_before_it() -> None:
    seen = []

    async def states() -> AsyncGenerator[int, None]:
        yield 1
        yield 2
        raise InputError("no more")

    async def shown() -> None:
        async for number in paced(states(), frame=60):
            seen.append(number)

    with pytest.raises(InputError, match="no more"):
        asyncio.run(shown())
    assert seen == [1, 2]
