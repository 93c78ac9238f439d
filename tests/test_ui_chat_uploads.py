"""Plans of several people at once: title by title, each their own, none on a library that changed; all bounded."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from index import SyncReport, open_index, sync
from index.embedding.fake import FakeEmbedder
from index.errors import InputError
from index.locations import home
from ui.conversation.libraries import Library
from ui.conversation.uploads import NEW, OUT, SAME, Planned, Uploads


def record(name: str) -> str:
    return json.dumps({"id": name, "title": f"On {name}", "abstract": f"{name} is brewed."})


@pytest.fixture
def target(tmp_path: Path) -> Library:
    """A library that holds one paper."""
    (tmp_path / "tea.jsonl").write_text(record("Tea"), encoding="utf8")
    sync([tmp_path / "tea.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    return Library("mine", "mine", tmp_path / "index")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


def quiet(stage: str, done: int, total: int) -> None:
    pass


def planned(uploads: Uploads, person: str, target: Library, folder: Path, *names: str) -> Planned:
    files = []
    for name in names:
        file = folder / f"{name}.jsonl"
        file.write_text(record(name), encoding="utf8")
        files.append(file)
    return uploads.plan(person, target, files, [file.name for file in files])


def papers(target: Library) -> set[str]:
    with open_index(target.path, embedder=FakeEmbedder()) as index:
        return {paper.title for paper in index.papers()}


def test_a_plan_names_each_paper_and_what_will_happen_to_it(target: Library, given: Path) -> None:
    broken = given / "more.jsonl"
    broken.write_text(f"{record('Cocoa')}\n{{broken\n{record('Tea')}\n", encoding="utf8")
    plan = Uploads().plan("ann", target, [broken], ["more.jsonl"])
    told = {line.title: line.what for line in plan.lines}
    assert told["On Cocoa"] == NEW and told["On Tea"] == SAME
    assert [line.what for line in plan.lines if line.title.startswith("line 2")] == [OUT]
    assert not any(str(home()) in line.title for line in plan.lines) and papers(target) == {"On Tea"}


def test_a_note_is_asked_about_and_read_as_a_paper_only_where_it_is_wanted(target: Library, given: Path) -> None:
    note = given / "shopping.txt"
    note.write_text("Shopping\n\nMilk, bread, a kettle for the tea and some of the good biscuits.", encoding="utf8")
    uploads = Uploads()
    plan = uploads.plan("ann", target, [note], ["shopping.txt"])
    assert plan.doubtful == ("shopping.txt",) and plan.empty
    wanted = uploads.wanting("ann", plan.token, ["shopping.txt"])
    assert [line.what for line in wanted.lines] == [NEW]


def test_of_two_plans_for_one_library_the_second_is_made_anew(target: Library, given: Path) -> None:
    uploads = Uploads()
    ann = planned(uploads, "ann", target, given, "Coffee")
    bob = planned(uploads, "bob", target, given, "Cocoa", "Coffee")
    assert isinstance(uploads.apply("ann", ann.token, quiet), SyncReport)
    again = uploads.apply("bob", bob.token, quiet)
    assert isinstance(again, Planned) and papers(target) == {"On Tea", "On Coffee"}
    assert [line.title for line in again.lines if line.what == NEW] == ["On Cocoa"]
    assert isinstance(uploads.apply("bob", again.token, quiet), SyncReport)
    assert papers(target) == {"On Tea", "On Coffee", "On Cocoa"}


def test_a_plan_is_carried_out_once_and_by_its_maker_only(target: Library, given: Path) -> None:
    uploads = Uploads()
    plan = planned(uploads, "ann", target, given, "Coffee")
    with pytest.raises(InputError):
        uploads.apply("bob", plan.token, quiet)
    uploads.apply("ann", plan.token, quiet)
    with pytest.raises(InputError, match="no such plan"):
        uploads.apply("ann", plan.token, quiet)
    assert (home() / "uploads" / "mine" / plan.token / "Coffee.jsonl").exists()


def test_plans_left_alone_are_dropped_with_their_files_and_a_person_has_three_at_most(
    target: Library, given: Path
) -> None:
    uploads = Uploads()
    plans = [planned(uploads, "ann", target, given, name) for name in ("A", "B", "C", "D")]
    assert not plans[0].folder.exists() and all(one.folder.exists() for one in plans[1:])
    with pytest.raises(InputError):
        uploads.get("ann", plans[0].token)
    os.utime(plans[1].folder, (0, 0))
    Uploads().drop_stale()  # another start
    assert not plans[1].folder.exists() and plans[2].folder.exists()
    uploads.discard("ann", plans[2].token)
    assert not plans[2].folder.exists()


def test_the_demo_papers_stay_as_they_are(given: Path) -> None:
    with pytest.raises(InputError, match="stay as they are"):
        planned(Uploads(), "ann", Library("demo", "Demo", None), given, "Tea")
