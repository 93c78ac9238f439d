"""The report: one file, everything escaped, every question in it, and a page that a browser shows as it should."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from eval_fixtures import FORCED, PAPERS, REPLIES, TEXTS, write_gold

from eval import load_run, run, summarise
from eval.harness.scripted import Reply, scripted_setup
from eval.report.faults import faults, status
from eval.report.html import write_report
from eval.report.tables import ending_cells, kind_cells, metric_cells
from index import Paper
from index.errors import InputError


def test_the_report_is_one_file_with_everything_escaped(tmp_path: Path) -> None:
    evil = "<script>alert('x')</script>"
    papers = (Paper("p1", "Paper A", f"Alpha {evil} has 40 layers."), *PAPERS[1:])
    replies = {**REPLIES, TEXTS[0]: Reply(((f"40 {evil}", (("p1", evil),)),), ("p1",))}
    done = run(write_gold(tmp_path), out=tmp_path / "run", setup=scripted_setup(papers, replies))
    html, markdown = write_report(done)
    page = html.read_text(encoding="utf8")
    assert evil not in page and "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert page.count("<details class='question'") == 6
    assert f"<mark>{'&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;'}</mark><sup>[1]</sup> has 40 layers." in page
    assert page.count("<svg") >= 4 and "$" not in re.sub(r"<script>.*</script>", "", page, flags=re.S)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "| key_fact_recall ↑ |" in markdown.read_text(encoding="utf8")


@pytest.mark.parametrize("field", ["markers", "marker", "kind", "query_id", "paper_id"])
def test_markup_in_a_field_of_somebodys_results_is_text_or_a_damaged_line(tmp_path: Path, field: str) -> None:
    evil = "<meta http-equiv=refresh content=0>"

    def planted(value: Any) -> Any:
        if isinstance(value, list):
            return [planted(one) for one in value]
        if not isinstance(value, dict):
            return value
        new = {True: [evil], False: evil}
        return {k: new[isinstance(v, list)] if k == field else planted(v) for k, v in value.items()}

    run(write_gold(tmp_path), out=tmp_path / "run", setup=scripted_setup(PAPERS, REPLIES))
    file = tmp_path / "run" / "results.jsonl"
    rows = [planted(json.loads(line)) for line in file.read_text(encoding="utf8").splitlines()]
    assert evil in json.dumps(rows)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
    if field in ("markers", "marker"):  # a live refresh stood in the report, and a browser followed it
        with pytest.raises(InputError, match="line 1 is damaged"):
            load_run(tmp_path / "run")
        return
    for report in write_report(load_run(tmp_path / "run")):
        assert "<meta http-equiv=refresh" not in report.read_text(encoding="utf8")


def test_what_went_wrong_is_said(tmp_path: Path) -> None:
    results = run(write_gold(tmp_path), out=tmp_path / "run", setup=scripted_setup(PAPERS, REPLIES, FORCED)).results
    ended = ["right", "right", "wrong", "needless refusal", "answered the unanswerable", "right refusal"]
    assert [status(r) for r in results] == ended
    assert faults(results[0]) == ()
    assert faults(results[2]) == ("key facts: misses honesty",)
    assert faults(results[4]) == ("answered the unanswerable", "citations: not entailed: It is high.")


def test_every_table_of_questions_adds_up(tmp_path: Path) -> None:
    replies = {**REPLIES, TEXTS[1]: Reply(fails="it fell over")}
    setup = scripted_setup(PAPERS, replies, FORCED)
    done = run(write_gold(tmp_path), out=tmp_path / "run", setup=setup, variants=["keywords"])
    count = len(done.results)
    assert count == 6 + 4
    assert sum(int(row[-1]) for row in kind_cells(done)) == count
    endings = {row[0]: int(row[1]) for row in ending_cells(done)}
    assert endings.pop("all") == count == sum(endings.values()) and endings["error"] == 1
    for row in metric_cells(summarise(done), every=True):
        assert sum(map(int, row[3:6])) == count and row[5] == "1" and "nan" not in " ".join(row).lower()


def test_a_passage_with_two_citations_is_shown_once(tmp_path: Path) -> None:
    first, second = "Alpha tuning uses 40 layers.", "Training took three days."
    reply = Reply(((first, (("p1", first),)), (second, (("p1", second),))), ("p1",))
    setup = scripted_setup(PAPERS, {**REPLIES, TEXTS[0]: reply})
    page = write_report(run(write_gold(tmp_path), out=tmp_path / "run", setup=setup))[0].read_text(encoding="utf8")
    (passage,) = re.findall(r"<blockquote><b>\[1\] \[2\] Paper A</b><br>(.*?)</blockquote>", page)
    assert passage == (
        f"<mark>{first}</mark><sup>[1]</sup> It beats beta tuning on most tasks. <mark>{second}</mark><sup>[2]</sup>"
    )


def test_what_a_model_wrote_is_shown_beside_its_refusal(tmp_path: Path) -> None:
    wrote = Reply((("Forty-one layers.", ()),), ("p1",), outcome="not_stated", verdict="unchecked")
    setup = scripted_setup(PAPERS, {**REPLIES, TEXTS[0]: wrote})
    page = write_report(run(write_gold(tmp_path), out=tmp_path / "run", setup=setup))[0].read_text(encoding="utf8")
    shown = page[page.index("refused, not_stated") :]
    assert "written, but not an answer" in shown and "<li class='unchecked'>Forty-one layers." in shown


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it(width: int, scheme: str, tmp_path: Path, browser: Any) -> None:
    setup = scripted_setup(PAPERS, REPLIES, FORCED)
    html, _ = write_report(run(write_gold(tmp_path), out=tmp_path / "run", setup=setup))
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(html.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.fill("#search", "alpha layers")
    assert page.inner_text("#count") == "1 of 6"
    page.fill("#search", "")
    page.select_option("#status", "needless refusal")
    assert [row.inner_text() for row in page.query_selector_all(".question:not([hidden]) .id")] == ["q4"]
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert said == []
    assert page.evaluate("fetch('https://example.org').then(() => 'sent', () => 'blocked')") == "blocked"
    assert any("Content Security Policy" in text for text in said)
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()
