"""The page over real saved listings: found, asked, cited word for word, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_server import ask, opened, tab

from index import open_index, sync
from index.schema import Paper

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
MARK = "#chat a[href^='#cite=']"


@pytest.fixture(scope="module")
def index(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages") / "saved"
    sync([shared / "pages"], index=made)
    return made


@pytest.fixture(scope="module")
def papers(index: Path) -> dict[str, Paper]:
    with open_index(index) as opened_index:
        return {paper.title: paper for paper in opened_index.papers()}


@pytest.fixture(scope="module")
def address(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chat_server.command(tmp_path_factory.mktemp("home"), "--index", str(index)) as (address, _):
        chat_server.wait_until_ready(address)
        yield address


@pytest.mark.parametrize("narrow", [False, True], ids=["desk", "phone"])
def test_a_paper_is_found_asked_and_cited_by_its_own_words(
    address: str, browser: Any, papers: dict[str, Paper], narrow: bool
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
    page = opened(browser, address, **(phone if narrow else {}))
    title = next(one.title for one in papers.values() if ":" in one.title and len(one.abstract) > 600)
    page.locator("#scope", has_text=f"all {len(papers)} papers").wait_for()
    ask(page, f"What is {title.split(':')[0]}?")
    page.locator(MARK).first.hover()
    page.wait_for_timeout(600)
    assert chat_server.uncovered(page)
    seen = 0
    for n in range(min(3, page.locator(MARK).count())):
        mark = page.locator(MARK).nth(n)
        if not mark.is_visible():  # folded
            break
        marker = mark.inner_text().strip(" []")
        mark.click()
        page.locator(".evidence .kicker", has_text=f"Source {marker} of the answer").wait_for()
        cited = papers[page.inner_text(".evidence h2")]
        words = page.locator(".evidence mark")
        assert "citewell's own summary" not in page.inner_text(".evidence")
        if not words.locator("math").count():  # a formula is set, so not its letters as they stand
            assert " ".join(words.inner_text().split()) in " ".join(cited.abstract.split())
        page.locator(".evidence .back").click()
        page.locator(".evidence .sources").wait_for()
        if narrow:
            page.locator(".evidence .back").click()
            page.locator(".evidence").wait_for(state="hidden")
        seen += 1
    assert seen
    tab(page, "Papers")
    page.fill("#words textarea, #words input", title)
    page.locator("#count", has_text="hold these words").wait_for()
    page.locator("#found a", has_text=title.split(":")[0]).first.wait_for()
    names = chat_server.map_names(page)
    assert len(names) > 8 and {"actively", "average", "again", "scratch", "constraint"}.isdisjoint(names)
    page.watch.clean()
    page.close()
