"""Titles, abstracts, answers and file names full of markup: shown as they are, nothing run, nothing fetched."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.timeout(300)
def test_fifty_payloads_everywhere_do_nothing(tmp_path: Path) -> None:
    assert len(PAYLOADS) >= 40
    file = tmp_path / "<img src=x onerror=window.hacked=1>.ris"
    file.write_text("\n".join(ris(p, n) for n, p in enumerate(PAYLOADS)), encoding="utf8")
    sync([file], index=tmp_path / "index", embedder=FakeEmbedder())
    index = open_index(tmp_path / "index", embedder=FakeEmbedder())
    assert len(index.papers()) == len(PAYLOADS)
    with chat_server.serving(create_app(Hostile(index))) as address, chat_server.chromium() as browser:
        page = browser.new_page()
        watch = chat_server.Watch(page, address)
        page.goto(f"{address}/?q=<img src=x onerror=window.hacked=1>")
        page.wait_for_selector(".examples button, .welcome")
        exchange = chat_server.ask(page, PAYLOADS[0])
        shown = exchange.inner_text()
        for paper in index.papers():
            assert paper.abstract.strip() in shown
        for n in range(0, len(PAYLOADS), 5):
            exchange.locator(".mark").nth(n).click()
            page.locator(".evidence .kicker", has_text=f"Citation {n + 1}").first.wait_for()
        exchange.locator(".sentence").nth(3).hover()
        page.wait_for_selector(".peek")
        page.click("#tab-papers")
        page.wait_for_selector(".dot")
        page.locator(".dot").nth(4).focus()
        page.reload()
        page.locator(".exchange .foot").first.wait_for(state="attached")
        assert page.evaluate("window.hacked") is None
        assert page.locator("main script, main img, main iframe, main style, main object, main form form").count() == 0
        watch.clean()
    index.close()
