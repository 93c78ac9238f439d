"""The page over other data: five thousand papers, a paper that is removed, real runs of the evaluation harness."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import chat_server
import pytest
from conftest import ROOT

from eval import compare, load_run, summarise
from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from index.locations import default_index
from rag import Assistant
from ui.conversation.workspace import Workspace
from ui.web.app import create_app

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]
WORDS = ["amber", "birch", "cedar", "delta", "ember", "flint", "grove", "heath", "islet", "jetty", "knoll", "ledge"]
TYPE = """(words) => { const box = document.querySelector("input[placeholder='Any word']"); box.value = words;
  return Math.min(...[1, 2, 3].map(() => { const began = performance.now(); box.dispatchEvent(new Event('input'));
    document.querySelector('.tablebox').getBoundingClientRect(); return performance.now() - began; })); }"""
FRAME = """() => new Promise((done) => { const box = document.querySelector('.tablebox'); const took = []; let n = 0;
  const step = () => { const began = performance.now(); box.scrollTop = n * 4000;
    box.dispatchEvent(new Event('scroll'));
    box.getBoundingClientRect(); took.push(performance.now() - began);
    if (++n < 40) requestAnimationFrame(step); else done(took.sort((a, b) => a - b)[20]); }; step(); })"""


def record(number: int) -> str:
    first, second = WORDS[number % 12], WORDS[number // 12 % 12]
    fields = {
        "id": f"p{number}",
        "title": f"{first} {second} study {number}",
        "abstract": f"We study {first} with {second}. Case {number} works.",
        "date": f"{1990 + number % 35}-01-01",
    }
    return json.dumps(fields)


def library(folder: Path, count: int) -> Assistant:
    file = folder / "papers.jsonl"
    file.write_text("\n".join(map(record, range(count))), encoding="utf8")
    sync([file], embedder=FakeEmbedder())
    return Assistant(open_index(embedder=FakeEmbedder()))


def test_five_thousand_papers_do_not_lag(tmp_path: Path, browser: Any) -> None:
    assistant = library(tmp_path, 5000)
    with chat_server.serving(create_app(Workspace(assistant, name="own"))) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watch = chat_server.Watch(page, address)
        page.goto(address)
        page.wait_for_selector(".examples button")
        page.click("#tab-papers")
        page.locator("#panel-papers [role=status]", has_text="5,000 papers of 5,000").wait_for()
        assert page.locator("#panel-papers tbody tr").count() < 80
        page.locator("#panel-papers tbody button").first.click()  # a card does not wait for the map
        page.locator(".evidence h2", has_text="study").wait_for(timeout=10_000)
        page.wait_for_selector(".dot", timeout=120_000)
        assert page.locator(".dot").count() == 5000
        assert page.evaluate(FRAME) < 50  # ms, the median of 40 jumps on a busy machine
        for words, told in (
            ("amber birch", "70 papers of 5,000"),
            ("study 4321", "1 paper of 5,000"),
            ("", "5,000 papers of"),
        ):
            assert page.evaluate(TYPE, words) < 200, words
            page.locator("#panel-papers [role=status]", has_text=told).wait_for()
        page.locator(".c-date button").first.click()
        page.locator("th[aria-sort=ascending]", has_text="Date").wait_for()
        assert page.locator("#panel-papers tbody .c-date").first.inner_text().startswith("1990")
        watch.clean()
        page.close()


def test_a_paper_is_removed_after_a_question(tmp_path: Path, browser: Any) -> None:
    assistant = library(tmp_path, 20)
    assert assistant.index.path == default_index()
    with chat_server.serving(create_app(Workspace(assistant, name="own"))) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watch = chat_server.Watch(page, address)
        watch.answers = [False, True]
        page.goto(address)
        page.wait_for_selector(".examples button")
        page.click("#tab-papers")
        page.locator("#panel-papers tbody button", has_text="study 7").click()
        page.locator(".evidence >> text=Remove this paper").click()
        assert "study 7" in watch.asked[0] and len(assistant.index.papers()) == 20
        page.locator(".evidence >> text=Remove this paper").click()
        page.locator("#panel-papers [role=status]", has_text="19 papers of 19").wait_for()
        page.locator("#about", has_text="19").wait_for()
        assert page.locator("#panel-papers tbody button", has_text="study 7").count() == 0
        assert (
            "p7" not in {paper.paper_id for paper in assistant.index.papers()} and len(assistant.index.papers()) == 19
        )
        page.close()


def test_a_plan_that_somebody_overtook_is_shown_anew(tmp_path: Path, browser: Any) -> None:
    assistant = library(tmp_path, 3)
    with chat_server.serving(create_app(Workspace(assistant, name="own"))) as address:
        page = browser.new_page()
        page.goto(f"{address}/#library")
        (tmp_path / "mine.jsonl").write_text(record(7), encoding="utf8")
        page.locator("#files").set_input_files(tmp_path / "mine.jsonl")
        page.locator("h2", has_text="The plan").wait_for()
        (tmp_path / "papers.jsonl").write_text("\n".join(map(record, range(5))), encoding="utf8")
        sync([tmp_path / "papers.jsonl"])  # another program adds two papers
        page.click("text=Apply")
        page.locator(".notice", has_text="the library changed since this plan was made, so nothing was done").wait_for()
        assert len(assistant.index.papers()) == 5
        page.click("text=Apply")
        page.locator("h2", has_text="Done").wait_for()
        assert len(assistant.index.papers()) == 6
        page.close()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real runs over the demo corpus, made by the command."""
    folder = tmp_path_factory.mktemp("runs")
    environment = os.environ | {"CITEWELL_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    for name, top_k in (("one-paper", "1"), ("five-papers", "5")):
        args = ["eval", "run", "--split", "dev", "--limit", "8", "--set", f"top_k={top_k}", "--out", str(folder / name)]
        made = [sys.executable, "-c", chat_server.COMMAND, *args]
        done = subprocess.run(made, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr[-2000:]
    (folder / "broken").mkdir()
    (folder / "broken" / "run.json").write_text("{", encoding="utf8")
    return folder


def test_scores_show_runs_their_questions_and_two_compared(tmp_path: Path, browser: Any, runs: Path) -> None:
    with chat_server.serving(create_app(library(tmp_path, 12), runs=runs)) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        watch = chat_server.Watch(page, address)
        page.goto(address)
        page.wait_for_selector(".examples button, .welcome")
        page.click("#tab-scores")
        table = page.locator("[aria-label=Runs] tbody tr")
        table.first.wait_for()
        assert table.count() == 3 and "broken" in table.nth(0).inner_text()
        page.click("#panel-scores button:text-is('one-paper')")
        page.locator("[aria-label=Metrics] tbody tr").first.wait_for()
        run = load_run(runs / "one-paper")
        shown = page.locator("[aria-label=Metrics] tbody tr").all_inner_texts()
        rows = [row for row in summarise(run) if row.value is not None]
        assert len(shown) == len(rows) > 5
        for row, text in zip(rows, shown, strict=True):
            assert row.metric in text and f"{row.value:.3f}" in text
        assert page.locator("[aria-label=Metrics] svg .bar").count() > 3
        assert page.locator("[aria-label=Metrics] button:text-is('honesty')").count() == 0  # of the run, not a question
        metric = "key_fact_recall"  # of the answerable questions
        behind = [r for r in run.results if any(x.metric == metric and x.value is not None for x in r.scores)]
        page.click(f"[aria-label=Metrics] button:text-is('{metric}')")
        asked = page.locator("[aria-label=Questions] tbody tr")
        asked.first.wait_for()
        assert asked.count() == len(behind) > 3
        assert all(any(r.example.question in text for r in behind) for text in asked.all_inner_texts())
        page.select_option("[aria-label='First run']", "five-papers")
        page.select_option("[aria-label='Second run']", "one-paper")
        page.click("#panel-scores button:text-is('Compare')")
        differences = page.locator("[aria-label=Differences] tbody tr")
        differences.first.wait_for()
        expected = compare(load_run(runs / "five-papers"), run)
        assert [text.split("\t")[0].strip() for text in differences.all_inner_texts()] == [d.metric for d in expected]
        assert page.locator("[aria-label=Differences] svg circle").count() == len(expected)
        watch.clean()
        page.close()
