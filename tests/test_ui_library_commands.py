"""`citewell export`, `index set`, filters, retractions and the report of a sync, on one small index."""

from __future__ import annotations

import json
from pathlib import Path

import bibtexparser
import pytest
import rispy
from test_ui_index_commands import citewell

LIBRARY = """@article{mole2020, title={Tunnels of the garden mole in heavy clay}, author={Mole, Mia}, year=2020,
  doi={10.5555/shared}}
@article{reed2019, title={Reed roofs keep {R&D} barns 3\\% cooler}, author={Reed, J{\\"o}rg and {The Reed Group}},
  journal={Roof_Letters}, year=2019, month=mar, volume=7, number=2, pages={1--9}, keywords={reed; roofs},
  doi={10.5555/reed}, abstract={Reed roofs were laid on 14 barns. Barns under reed stayed 3 degrees cooler.}}
@article{tape2020, title={RETRACTED: Copper tape doubles the yield of lettuce}, author={Brandt, Kai},
  journal={Garden Science}, year=2020, abstract={Copper tape was laid around 80 lettuce beds. Yield doubled.}}
@article{note2021, title={Retraction notice to: Copper tape doubles the yield of lettuce}, author={{The Editors}},
  year=2021, abstract={This article has been retracted at the request of the editors.}}
@article{bells, title={Clean bells in three wards}, year=2021, doi={10.5555/shared},
  abstract={Bell washing cut contacts by 18 percent over nine weeks.}}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("library")
    (folder / "papers").mkdir()
    (folder / "papers/lib.bib").write_text(LIBRARY, encoding="utf8")
    done = citewell("index", "sync", folder / "papers", "--index", folder / "index", "--model", "fake")
    assert done.exit_code == 0, done.output
    return folder, str(folder / "index")


def test_the_report_tells_each_file_and_what_was_kept_apart(library: tuple[Path, str]) -> None:
    folder, _ = library
    (folder / "papers/x.txt").write_text("KEY 1\nKEY 2\nKEY 3\n")
    told = citewell("index", "sync", folder / "papers", "--index", folder / "new", "--dry-run", "--verbose")
    (folder / "papers/x.txt").unlink()
    assert told.stdout.startswith("would be: 5 papers from 5 records (1 without abstract): 5 added")
    assert "lib.bib: bibtex, 5 records, 1 without abstract" in told.stdout
    assert "note: DOI 10.5555/shared is given by 2 works that have nothing in common, kept apart" in told.stdout
    assert "no abstract: Tunnels of the garden mole in heavy clay (kept by its title)" in told.stderr
    assert "x.txt: not read: its content is in no format" in told.stderr and told.exit_code == 3
    assert "1 file or folder could not be used" in told.stderr


def test_a_refused_text_is_one_paper_when_the_user_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("KEY 1 alpha\nKEY 2 beta\nKEY 3 gamma\n")
    told = citewell("index", "sync", tmp_path / "x.txt", "--index", tmp_path / "i", "--dry-run", "--as-text", "--json")
    report = json.loads(told.stdout)
    assert (report["entries"], report["files"][0]["format"]) == (1, "plain")


def test_filters_narrow_what_is_searched(library: tuple[Path, str]) -> None:
    def found(*options: str) -> set[str]:
        shown = citewell("search", "roofs tape bells", "--index", library[1], "--json", *options)
        return {hit["paper_id"] for hit in json.loads(shown.stdout)["hits"]}

    assert found("--author", "jorg reed") == {"reed2019"}
    assert found("--venue", "garden") == {"tape2020"}
    assert found("--type", "notice") <= {"note2021"}
    assert found("--source", "lib.bib") > {"reed2019", "tape2020"} and found("--source", "other") == set()


def test_an_answer_from_a_retracted_paper_says_so_first(library: tuple[Path, str]) -> None:
    shown = citewell(
        "ask", "Does copper tape double the yield of lettuce?", "--index", library[1], "--title", "doubles"
    )
    warning = shown.stdout.index("is a retracted paper (retracted in 2021")
    assert warning < shown.stdout.index("Sources")
    assert "Kai Brandt. Garden Science" in shown.stdout
    answer = json.loads(citewell("ask", "Does copper tape double the yield?", "--index", library[1], "--json").stdout)
    flags = {c["paper_id"]: c["retraction"] for c in answer["citations"]}
    assert flags["tape2020"].startswith("retracted in 2021") and not flags.get("reed2019")


def test_bibtex_and_ris_read_by_other_programs_hold_every_field(library: tuple[Path, str]) -> None:
    text = citewell("export", "reed2019", "--index", library[1]).stdout
    (entry,) = bibtexparser.loads(text).entries
    assert (entry["ID"], entry["author"]) == ("reed2019", "Reed, Jörg and {The Reed Group}")
    assert (entry["year"], entry["volume"], entry["number"], entry["pages"]) == ("2019", "7", "2", "1-9")
    assert (entry["doi"], entry["keywords"]) == ("10.5555/reed", "reed; roofs")
    (record,) = rispy.loads(citewell("export", "reed2019", "--index", library[1], "--format", "ris").stdout)
    assert (record["title"], record["authors"]) == (
        "Reed roofs keep R&D barns 3% cooler",
        ["Reed, Jörg", "The Reed Group"],
    )
    assert (record["secondary_title"], record["volume"], record["start_page"]) == ("Roof_Letters", "7", "1")


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl-json", "csv"])
def test_what_is_exported_comes_back_as_it_was(library: tuple[Path, str], tmp_path: Path, name: str) -> None:
    from index import open_index
    from index.merge.identity import merge
    from index.readers import read_file

    ending = {"bibtex": "bib", "ris": "ris", "csl-json": "json", "csv": "csv"}[name]
    out = tmp_path / f"out.{ending}"
    assert citewell("export", "--index", library[1], "--output", out).exit_code == 0
    back = {paper.paper_id: paper for paper in merge(read_file(out).records)}
    with open_index(library[1]) as index:
        papers = index.papers()
    assert set(back) == {paper.paper_id for paper in papers}
    for paper in papers:
        again = back[paper.paper_id]
        for field in ("title", "abstract", "authors", "published", "venue", "identifiers", "retracted", "keywords"):
            assert getattr(again, field) == getattr(paper, field), (name, field)
        assert dict(again.extra) == dict(paper.extra)


def test_a_correction_outlasts_a_sync_and_is_taken_back(library: tuple[Path, str]) -> None:
    folder, index = library

    def mole() -> dict[str, object]:
        listed = json.loads(citewell("index", "papers", "--index", index, "--json").stdout)["papers"]
        return next(paper for paper in listed if paper["paper_id"] == "mole2020")

    assert (
        citewell("index", "set", "mole2020", "year=2018", "authors=Mole, Mia; Vole, Vic", "--index", index).exit_code
        == 0
    )
    (folder / "papers/lib.bib").write_text(LIBRARY + "\n@misc{new, title={New one}, abstract={A new one it is.}}\n")
    assert citewell("index", "sync", folder / "papers", "--index", index).exit_code == 0
    assert (mole()["published"], mole()["authors"]) == ("2018", ["Mia Mole", "Vic Vole"])
    citewell("index", "set", "mole2020", "year=", "authors=", "--index", index)
    assert (mole()["published"], mole()["authors"]) == ("2020", ["Mia Mole"])
    wrong = citewell("index", "set", "mole2020", "year=soon", "--index", index)
    assert wrong.exit_code == 1 and "that is no year" in str(wrong.exception)


def test_a_paper_that_is_here_by_its_title_alone_is_named_and_not_quoted(library: tuple[Path, str]) -> None:
    question = "What did tunnels of the garden mole in heavy clay show?"
    answer = json.loads(citewell("ask", question, "--index", library[1], "--title", "mole", "--json").stdout)
    assert (answer["outcome"], answer["citations"]) == ("not_stated", [])
    assert "is here by its title alone" in answer["reason"]
