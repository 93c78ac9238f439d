"""Plans of several people at once: each their own, one carried out at a time, none on a library that changed since."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from index import open_index, sync
from index.embedding.fake import FakeEmbedder
from index.errors import InputError
from index.locations import home
from ui.conversation.libraries import Library
from ui.web.tabs.uploads import STALE, Job, Uploads


def record(name: str) -> bytes:
    return json.dumps({"id": name, "title": f"On {name}", "abstract": f"{name} is brewed."}).encode()


@pytest.fixture
def target(tmp_path: Path) -> Library:
    """A library that holds one paper."""
    (tmp_path / "tea.jsonl").write_bytes(record("Tea"))
    sync([tmp_path / "tea.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    return Library("mine", "mine", tmp_path / "index")


@pytest.fixture
def uploads() -> Uploads:
    return Uploads(None)  # type: ignore[arg-type]  # a plan needs no opened index


def ended(uploads: Uploads, session: str, token: str) -> Job:
    while (job := uploads.job(session, token)).state == "running":
        time.sleep(0.02)
    return job


def papers(target: Library) -> set[str]:
    with open_index(target.path, embedder=FakeEmbedder()) as index:
        return {paper.title for paper in index.papers()}


def test_of_two_plans_for_one_library_the_second_is_refused_and_made_anew(uploads: Uploads, target: Library) -> None:
    ann = uploads.plan("ann", target, [("coffee.jsonl", record("Coffee"))])
    bob = uploads.plan("bob", target, [("cocoa.jsonl", record("Cocoa")), ("coffee.jsonl", record("Coffee"))])
    assert ann.report["added"] == 1 and bob.report["added"] == 2
    uploads.apply("ann", ann.token, target)
    uploads.apply("bob", bob.token, target)
    assert ended(uploads, "ann", ann.token).state == "done"
    again = ended(uploads, "bob", bob.token)
    assert again.state == "planned" and again.error == STALE
    assert again.report["added"] == 1 and papers(target) == {"On Tea", "On Coffee"}
    uploads.apply("bob", bob.token, target)
    assert ended(uploads, "bob", bob.token).state == "done"
    assert papers(target) == {"On Tea", "On Coffee", "On Cocoa"}


def test_a_removal_makes_a_plan_stale_too(uploads: Uploads, target: Library) -> None:
    job = uploads.plan("ann", target, [("tea.jsonl", record("Tea"))])
    with open_index(target.path, embedder=FakeEmbedder()) as index:
        gone = [paper.paper_id for paper in index.papers()]
    assert uploads.remove(target, gone) == 1
    uploads.apply("ann", job.token, target)
    assert ended(uploads, "ann", job.token).error == STALE


def test_a_plan_is_carried_out_once_and_by_its_maker_only(uploads: Uploads, target: Library) -> None:
    job = uploads.plan("ann", target, [("coffee.jsonl", record("Coffee"))])
    with pytest.raises(InputError):
        uploads.apply("bob", job.token, target)
    uploads.apply("ann", job.token, target)
    with pytest.raises(InputError, match="already"):
        uploads.apply("ann", job.token, target)
    assert ended(uploads, "ann", job.token).state == "done"
    with pytest.raises(InputError, match="done already"):
        uploads.apply("ann", job.token, target)
    assert (home() / "uploads" / "mine" / job.token / "coffee.jsonl").exists()


def test_what_goes_wrong_is_told_and_never_runs_on(uploads: Uploads, target: Library) -> None:
    job = uploads.plan("ann", target, [("coffee.jsonl", record("Coffee"))])
    (home() / "uploads").mkdir(parents=True)
    (home() / "uploads" / "mine").write_text("a file where a folder belongs", encoding="utf8")
    uploads.apply("ann", job.token, target)
    failed = ended(uploads, "ann", job.token)
    assert failed.state == "failed" and failed.error and papers(target) == {"On Tea"}


def test_a_plan_left_alone_is_dropped_with_its_files(tmp_path: Path) -> None:
    uploads = Uploads(None)  # type: ignore[arg-type]  # a plan needs no opened index
    target = Library("mine", "mine", tmp_path / "index")
    paper = b'{"title": "Tea", "abstract": "Tea is brewed."}'
    old = uploads.plan("someone", target, [("old.jsonl", paper)])
    new = uploads.plan("someone", target, [("new.jsonl", paper)])
    assert old.folder.parent == new.folder.parent == home() / "planned"
    os.utime(old.folder, (0, 0))
    Uploads(None).drop_stale()  # type: ignore[arg-type]  # another start finds it too
    assert not old.folder.exists() and new.folder.exists()
    uploads.drop_stale()
    with pytest.raises(InputError):
        uploads.job("someone", old.token)
    uploads.discard("someone", new.token)
    assert not new.folder.exists()
