"""Titles, abstracts, answers and file names full of markup: shown as they are, nothing run, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import chat_server
import pytest
from chat_payloads import PAYLOADS

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from rag import Assistant
from rag.schema import Answer, Citation, Finished, Receipt, Sentence, Usage
from ui.web.app import create_app

pytestmark = pytest.mark.long


class Hostile(Assistant):
    """Answers with every payload as a sentence that cites the paper whose abstract holds it."""

    def stream(self, question, **_):  # type: ignore[no-untyped-def]
        sentences, citations = [], []
        for n, paper in enumerate(self.index.papers(), 1):
            text = paper.abstract
            citations.append(Citation(n, paper.paper_id, "c", paper.title, text, 0, len(text), paper.abstract_sha256))
            verdict = ("supported", "unchecked", "unchecked")[n % 3]
            sentences.append(Sentence(text, (n,), 0.5, verdict, "model", text))  # type: ignore[arg-type]
        receipt = Receipt("", "", "", "", PAYLOADS[0])
        yield Finished(
            Answer(
                question,
                "\n".join(PAYLOADS),
                tuple(sentences),
                tuple(citations),
                PAYLOADS[:2],
                (),
                "partial",
                PAYLOADS[3],
                (),
                PAYLOADS[4],
                Usage(),
                receipt,
            )
        )


def ris(payload: str, number: int) -> str:
    one_line = payload.replace("\n", " ")
    return (
        f"TY  - GEN\nTI  - Paper {number} {one_line}\nAB  - Abstract {number}: {one_line}\nUR  - {one_line}\nER  - \n"
    )


def exported(page: Any, browser: Any) -> None:
    """The shared file of the conversation, opened in the browser, runs and fetches nothing."""
    page.locator("#this button").first.click()
    chat_server.choose(page, "#export", "One HTML file, to share")
    with page.expect_download() as download:
        page.locator("#save").click()
    file = Path(download.value.path()).rename(Path(download.value.path()).with_suffix(".html"))
    alone = browser.new_page()
    watch = chat_server.Watch(alone, f"file://{file}")
    alone.goto(f"file://{file}")
    assert alone.evaluate("window.hacked") is None and "Abstract 3" in alone.inner_text("body")
    watch.clean()
    alone.close()


@pytest.mark.timeout(600)
def test_fifty_payloads_everywhere_do_nothing(tmp_path: Path, browser: Any) -> None:
    """In messages, table, evidence, map, plan, exports and titles of conversations; Gradio's sanitizer is on."""
    assert len(PAYLOADS) >= 40
    file = tmp_path / "<img src=x onerror=window.hacked=1>.ris"
    file.write_text("\n".join(ris(p, n) for n, p in enumerate(PAYLOADS)), encoding="utf8")
    sync([file], index=tmp_path / "index", embedder=FakeEmbedder())
    index = open_index(tmp_path / "index", embedder=FakeEmbedder())
    assert len(index.papers()) == len(PAYLOADS)
    with chat_server.serving(create_app(Hostile(index))) as address:
        page = chat_server.opened(browser, address, "/?q=<img src=x onerror=window.hacked=1>")
        said = chat_server.ask(page, PAYLOADS[3])
        shown = " ".join(said.inner_text().split())
        whole = [" ".join(paper.abstract.split()) for paper in index.papers() if "$$" not in paper.abstract]
        assert [text for text in whole if text not in shown] == []
        marks = page.locator("#chat a[href^='#cite=']")
        for n in range(0, len(PAYLOADS), 5):
            marks.nth(n).click()
            page.locator(".evidence .kicker", has_text=f"Source {n + 1} of").wait_for()
        exported(page, browser)
        page.goto(f"{address}/#paper={quote(index.papers()[30].paper_id, safe='')}")
        page.locator(".evidence .kicker", has_text="Paper").wait_for()
        chat_server.tab(page, "Papers")
        page.locator("#count", has_text="of 50 papers").wait_for()
        page.locator("#map button").first.click()
        page.locator("#map svg a").first.wait_for()
        chat_server.tab(page, "Library")
        page.locator("#add-own").click()
        page.locator("#add-files input[type=file]").set_input_files(file)
        page.locator("#plan-lines", has_text="Paper 10").wait_for()
        assert page.evaluate("window.hacked") is None
        inside = page.locator("gradio-app").first
        assert inside.locator("script, iframe, object, embed, base, meta, img[src*='203.0.113.9']").count() == 0
        lost = "Failed to load resource: the server responded with a status of 404 (Not Found)"
        page.watch.errors = [one for one in page.watch.errors if one != lost]  # Gradio's look at a file of that name
        page.watch.clean()
        page.close()
    index.close()
