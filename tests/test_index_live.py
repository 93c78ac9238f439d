"""Live sources, against a server that speaks their protocols: paging, faults, going on; none is asked unnamed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import ROOT
from live_servers import PAPERS, Served, abstract, serving

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from index.live import SCHEMES, is_live, read_live


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving() as server:
        for scheme in SCHEMES.values():
            monkeypatch.setenv(scheme.variable, server.url)
        yield server


COUNTS = {
    "arxiv:cat:cs.CL AND abs:trial": PAPERS,
    "openalex:trial": PAPERS,
    "pubmed:trial": PAPERS,
    "hf:trial": 120,
    "doi:10.5555/a, https://doi.org/10.5555/b": 2,
    "zotero:": PAPERS,
    "zotero:Odd ones": PAPERS // 2,
}


@pytest.mark.parametrize("spec", COUNTS)
def test_every_page_of_a_source_is_read_once(served: Served, spec: str) -> None:
    content = read_live(spec)
    assert content.rejects == () and len(content.entries) == COUNTS[spec]
    assert len({entry.source.position for entry in content.entries}) == COUNTS[spec]
    assert {entry.source.file for entry in content.entries} == {spec}
    held = {entry.abstract for entry in content.entries}
    assert held <= {abstract(number) for number in range(PAPERS + 1)}
    asked = dict(served.asked)
    assert read_live(spec) == content and dict(served.asked) == asked  # the pages are kept for a while


@pytest.mark.parametrize(
    ("spec", "path", "faults"),
    [
        (
            "arxiv:trial",
            "/api/query",
            [(503, ""), (200, "<feed><opensearch:totalResults>230</opensearch:totalResults></feed>")],
        ),
        ("openalex:trial", "/works", [(429, ""), (200, '{"meta": {"next_cursor": "1'), (200, "[]")]),
        ("pubmed:trial", "/efetch.fcgi", [(500, ""), (200, "<PubmedArticleSet><PubmedArticle>")]),
        ("zotero:", "/api/users/0/items/top", [(503, ""), (200, '[{"key": ')]),
    ],
)
def test_a_busy_server_and_half_a_page_are_asked_again(
    served: Served, monkeypatch: pytest.MonkeyPatch, spec: str, path: str, faults: list[tuple[int, str]]
) -> None:
    monkeypatch.setenv("CITEWELL_EMAIL", "me@example.org")
    served.faults[path] = list(faults)
    content = read_live(spec)
    assert len(content.entries) == PAPERS and content.rejects == ()
    assert served.agents == {f"citewell/{version('citewell')} (mailto:me@example.org)"}


def test_a_fetch_that_was_stopped_goes_on_and_doubles_nothing(served: Served, tmp_path: Path) -> None:
    def run() -> tuple[int, int]:
        report = sync(["arxiv:trial"], index=tmp_path / "i", embedder=FakeEmbedder())
        return report.papers, report.rejected

    served.stop_after = 1
    assert run() == (0, 1)
    served.stop_after = None
    assert run() == (PAPERS, 0)
    assert served.asked["/api/query"] == 4  # three pages, and the one that was refused
    assert run() == (PAPERS, 0)
    with open_index(tmp_path / "i", embedder=FakeEmbedder()) as index:
        assert len(index.papers()) == PAPERS
        assert index.papers()[0].sources[0].file == "arxiv:trial"


def test_a_fetch_that_was_killed_goes_on_and_doubles_nothing(served: Served, tmp_path: Path) -> None:
    step = "import sys; from index import sync; from index.embedding.fake import FakeEmbedder as F; "
    step += "print(sync(['openalex:trial'], index=sys.argv[1], embedder=F()).papers)"
    command = [sys.executable, "-c", step, str(tmp_path / "i")]
    env = os.environ | {"CITEWELL_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    served.hold_after = 2
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as first:
        end = time.monotonic() + 60
        while served.asked["/works"] < 3 and time.monotonic() < end:
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
    served.hold_after = None
    asked = served.asked["/works"]
    assert asked == 3  # two pages were answered, the third never
    assert subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split() == [str(PAPERS)]
    assert served.asked["/works"] == asked + 1  # the pages that had come are not asked for again
    with open_index(tmp_path / "i", embedder=FakeEmbedder()) as index:
        assert len({paper.abstract for paper in index.papers()}) == len(index.papers()) == PAPERS


def test_a_source_that_fails_keeps_its_papers_and_files_stay_untouched(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Fog nets above dry villages gave five litres a day. Nothing else did.")
    first = sync([tmp_path / "a.txt", "doi:10.5555/a"], index=tmp_path / "i", embedder=FakeEmbedder())
    assert (first.papers, first.deleted) == (2, 0)
    monkeypatch.setenv("CITEWELL_HOME", str(tmp_path / "other-home"))  # no page is kept there
    served.stop_after = 0
    failed = sync(["doi:10.5555/a"], index=tmp_path / "i", embedder=FakeEmbedder())
    assert failed.rejected == 1 and "status 401" in failed.rejects[0].reason and failed.deleted == 0
    with open_index(tmp_path / "i", embedder=FakeEmbedder()) as index:
        assert len(index.papers()) == 2


def test_no_source_is_meant_by_a_file_or_an_unknown_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arxiv:x").write_text("x")
    assert not is_live("arxiv:x") and is_live("arxiv:y")
    assert not is_live("ftp:x") and not is_live("arxiv:") and is_live("zotero:")
    assert "no such file" in sync(["ftp:x"], index=tmp_path / "i", embedder=FakeEmbedder()).rejects[0].reason


def test_a_query_that_finds_nothing_says_so(served: Served) -> None:
    served.faults["/esearch.fcgi"] = [(200, '{"esearchresult": {"count": "0", "idlist": []}}')]
    assert "knows no paper" in read_live("pubmed:nothing").rejects[0].reason
    assert "no collection 'Even'; it has: Odd ones" in read_live("zotero:Even").rejects[0].reason
    assert "is no DOI" in read_live("doi:abc").rejects[0].reason


@pytest.mark.parametrize("spec", ["arxiv:trial", "openalex:trial", "pubmed:trial", "hf:trial", "zotero:"])
def test_a_limit_bounds_what_is_fetched_and_a_wider_one_goes_on_from_there(
    served: Served, tmp_path: Path, spec: str
) -> None:
    def run(limit: int) -> tuple[int, tuple[str, ...]]:
        report = sync([spec], index=tmp_path / "i", embedder=FakeEmbedder(), limit=limit)
        return report.papers, report.notes

    said = (f"{spec}: the first 100 records were read, and there may be more (--limit)",)
    assert run(100) == (100, said)
    first = sum(served.asked.values())
    assert run(100) == (100, said) and sum(served.asked.values()) == first
    papers, notes = run(250)
    assert (papers, notes) == (120 if spec == "hf:trial" else PAPERS, ())
    if spec in ("arxiv:trial", "openalex:trial"):
        assert sum(served.asked.values()) == 3  # the first page is not asked for again
