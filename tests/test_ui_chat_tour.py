"""A whole session in real Chromium against the real command: on the demo corpus, and on the saved pages where present.

Both servers run under strace, and the last test of each looks for foreign hosts in all that the tests before it did.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_places import EXPORTS, Place, serving, sync

from index import Index

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
FAKING = "What is alignment faking?"
FAR = "Who won the football world cup in 1998?"
BROKEN = '{"id": "q", "title": "Quokkas of Rottnest", "abstract": "Quokkas eat grass. They number 12,000."}\n{broken\n'


@pytest.fixture(scope="module", params=["demo", "pages"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, demo: Index) -> Iterator[Place]:
    home = chat_server.with_demo(tmp_path_factory.mktemp(request.param), demo)
    if request.param == "pages":
        sync(home, request.getfixturevalue("shared") / "pages")
    with serving(home) as place:
        yield place


@pytest.fixture
def watch(place: Place, browser: Any) -> Iterator[chat_server.Watch]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    watch = chat_server.Watch(page, place.address)
    page.goto(place.address)
    page.wait_for_selector(".examples button")
    yield watch
    context.close()
    watch.clean()


@pytest.fixture
def page(watch: chat_server.Watch) -> Any:
    return watch.page


def citations(page: Any, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chat_server.kept(page)[number]["answer"]["citations"]
    return found


def test_every_mark_opens_the_paper_at_the_words_that_are_cited(page: Any) -> None:
    exchange = chat_server.ask(page, FAKING)
    marks = exchange.locator(".mark")
    assert marks.count() >= 3
    for n, citation in enumerate(citations(page, 0)):
        marks.nth(n).click()
        page.locator(".evidence .kicker", has_text=f"Citation {citation['marker']}").wait_for()
        words = page.locator(".abstract mark")
        assert words.inner_text() == citation["quote"]
        assert page.inner_text(".evidence h2") == citation["title"]
        box, panel = words.bounding_box(), page.locator("#evidence").bounding_box()
        assert panel["y"] <= box["y"] and box["y"] + box["height"] <= panel["y"] + panel["height"]
    facts = page.inner_text(".facts")
    assert "Pages" in facts and page.locator(".evidence .near button").count() == 5
    nearest = page.locator(".evidence .near button").first
    title = nearest.inner_text()
    nearest.click()
    page.locator(".evidence h2", has_text=title).wait_for()
    page.click("text=← All sources")
    assert page.locator(".sources .mark").count() == len(citations(page, 0))


def test_hovering_a_sentence_shows_its_span(page: Any) -> None:
    exchange = chat_server.ask(page, FAKING)
    for n, citation in enumerate(citations(page, 0)[:2]):
        exchange.locator(".sentence .words").nth(n).hover()
        page.locator(".peek", has_text=citation["quote"]).wait_for()
        assert citation["title"] in page.inner_text(".peek")
        page.mouse.move(2, 2)
        page.locator(".peek").wait_for(state="detached")


def test_follow_ups_and_refusals(page: Any) -> None:
    chat_server.ask(page, "What is the Community Alignment dataset?")
    follow_up = chat_server.ask(page, "how many comparisons are in it?")
    assert "200,000" in follow_up.inner_text()
    refused = chat_server.ask(page, FAR)
    assert refused.locator(".abstention h3").inner_text() == "Not in these papers"
    assert refused.locator(".sentence, .mark").count() == 0 and "No sources" in page.inner_text("#evidence")
    near = refused.locator(".near button").first
    title = near.inner_text()
    near.click()
    page.locator(".evidence h2", has_text=title).wait_for()
    assert page.locator(".abstract mark").count() == 0


def test_the_map_the_table_and_a_filter_that_questions_obey(page: Any, place: Place) -> None:
    chat_server.ask(page, FAKING)
    cited = {one["paper_id"] for one in citations(page, 0)}
    page.click("#tab-papers")
    page.wait_for_selector(".halo")
    assert page.locator(".dot").count() == place.papers and page.locator(".halo").count() == len(cited)
    dot = page.locator(".dot").nth(30)
    dot.dispatch_event("click")
    page.locator(".evidence h2", has_text=dot.get_attribute("aria-label")).wait_for()
    page.fill("input[placeholder=Words]", "honesty")
    told = page.inner_text("#panel-papers [role=status]")
    rows = page.locator("#panel-papers tbody tr:not(.spacer)")
    assert f"{rows.count()} paper" in told and f"of {place.papers}" in told
    assert all("honesty" in row.lower() for row in rows.all_inner_texts())
    page.click("text=Ask only these")
    page.locator("#toast.on", has_text="Questions are now asked of").wait_for()
    page.click("#tab-ask")
    assert "honesty" in page.inner_text(".chip")
    chat_server.ask(page, "What does alignment for honesty mean?")
    titles = [one["title"].lower() for one in citations(page, 1)]
    assert titles and all("honesty" in title for title in titles)
    page.locator(".chip button").click()
    page.locator(".chip").wait_for(state="detached")


def test_the_six_exports(page: Any) -> None:
    chat_server.ask(page, "What is grammar-aligned decoding?")
    kept = citations(page, 0)[0]
    for label, (ending, holds) in EXPORTS.items():
        page.click("#export summary")
        with page.expect_download() as download:
            page.click(f"text={label}")
        text = Path(download.value.path()).read_text(encoding="utf8")
        assert download.value.suggested_filename.endswith(ending) and holds(text, kept), label


def test_papers_are_added_asked_and_removed(
    watch: chat_server.Watch, place: Place, tmp_path: Path, shared: Path
) -> None:
    page = watch.page
    file = tmp_path / "<b>mixed<b>.jsonl"
    file.write_text(BROKEN, encoding="utf8")
    saved = sorted((shared / "pages").glob("*.txt"))[:1] if place.papers == 126 else []  # some 60 papers, once
    page.click("#tab-library")
    page.fill("input[aria-label='Name of the new library']", "Animals")
    page.click("text=New library")
    page.locator(".choice", has_text="Animals").wait_for()
    page.select_option(".target select", "Animals")
    page.set_input_files("#files", [file, *saved])
    page.locator("h2", has_text="The plan").wait_for(timeout=120_000)
    rejected = page.locator("[aria-label='Rejected records'] tbody tr")
    assert rejected.count() == 1 and ", line 2" in rejected.inner_text()
    page.click("text=Apply")
    page.locator("h2", has_text="Done").wait_for(timeout=240_000)
    page.click("text=Ask these papers")
    page.locator("#about", has_text="Animals").wait_for()
    page.click("#tab-ask")
    exchange = chat_server.ask(page, "How many quokkas are there on Rottnest?")
    assert "12,000" in exchange.inner_text()
    before = page.inner_text("#about")
    exchange.locator(".mark").first.click()
    watch.answers = [False, True]
    page.click("text=Remove this paper")
    assert "Quokkas" in watch.asked[0] and page.inner_text("#about") == before
    page.click("text=Remove this paper")
    page.locator("#toast.on", has_text="removed").wait_for(timeout=60_000)
    page.wait_for_function("(before) => document.querySelector('#about').textContent !== before", arg=before)
    again = chat_server.ask(page, "How many quokkas are there on Rottnest?")
    assert again.locator(".abstention").count() == 1
    page.click("#tab-library")
    page.locator(".choice input").first.click()
    page.wait_for_function("(papers) => document.title.includes(papers)", arg=str(place.papers))


def test_a_reload_restores_the_own_conversation_and_no_other(place: Place, browser: Any) -> None:
    people = []
    for question in (FAKING, "What is grammar-aligned decoding?"):
        page = browser.new_context().new_page()
        page.goto(place.address)
        page.wait_for_selector(".examples button")
        people.append((page, question))
    for page, question in people:
        page.fill("#question", question)
    for page, _ in people:
        page.keyboard.press("Enter")
    for page, question in people:
        page.locator(".foot").wait_for(timeout=60_000)
        shown = page.inner_text(".answer")
        page.reload()
        page.locator(".foot").wait_for()
        assert [one.inner_text() for one in page.locator(".asked").all()] == [question]
        assert page.inner_text(".answer") == shown
        page.context.close()


def test_the_server_opened_no_foreign_connection(place: Place) -> None:
    """Last in the file: the trace holds all that the tests above did."""
    if not place.trace.exists():
        pytest.skip("strace is not here")
    assert place.foreign_hosts() == set()
