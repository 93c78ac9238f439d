"""`citewell ask`, `search` and `verify`, over the real demo corpus, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Index
from ui.cli import main
from ui.terminal.ask import parse_filter

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(demo: Index, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("CITEWELL_HOME", str(demo.path.parent))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["citewell", *arguments])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return call


def test_an_answer_is_printed_with_its_numbered_sources(run: Run) -> None:
    code, out, err = run("ask", "How does ADPA use its teacher?")
    assert code == 0 and "demo corpus" in err
    assert "[1] Advantage-Guided Distillation" in out and "“" in out and "\x1b" not in out


def test_json_verifies_until_it_is_tampered_with(run: Run, tmp_path: Path) -> None:
    _, out, err = run("ask", "What is grammar-aligned decoding?", "--json")
    saved = json.loads(out)
    assert saved["outcome"] == "answered" and saved["abstained"] is False and err == ""
    file = tmp_path / "answer.json"
    file.write_text(out)
    code, said, _ = run("verify", str(file))
    assert code == 0 and "verbatim" in said and "since then changed: nothing" in said
    saved["citations"][0]["quote"] = "An invented sentence."
    file.write_text(json.dumps(saved))
    code, said, _ = run("verify", str(file), "--json")
    assert code == 1 and json.loads(said)["answers"][0]["citations"][0]["status"] == "changed"


@pytest.mark.parametrize("question", ["What is grammar-aligned decoding?", "When was AlignScore published?"])
def test_a_sentence_that_is_not_what_it_cites_is_found(run: Run, tmp_path: Path, question: str) -> None:
    saved = json.loads(run("ask", question, "--json")[1])
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(saved))
    assert run("verify", str(file))[0] == 0
    saved["sentences"][0]["text"] = "It was all invented in 1999."
    file.write_text(json.dumps(saved))
    code, said, _ = run("verify", str(file))
    assert code == 1 and "altered" in said and "invented in 1999" in said


def test_a_text_that_is_not_of_its_sentences_is_found(run: Run, tmp_path: Path) -> None:
    saved = json.loads(run("ask", "What is grammar-aligned decoding?", "--json")[1])
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({**saved, "text": saved["text"] + " It is the best of all [1]."}))
    code, said, _ = run("verify", str(file))
    assert (code, "altered: the text is not that of its supported sentences" in said) == (1, True)
    file.write_text(json.dumps({**saved, "text": None}))
    assert run("verify", str(file))[0] == 1


def test_a_file_of_questions_gives_one_line_each(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("What is the capital of Peru?\n\nwhat is ADPA?\n")
    code, out, err = run("ask", "--file", str(tmp_path / "q.txt"))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and err == "" and [a["outcome"] for a in answers] == ["not_in_corpus", "answered"]


def test_a_question_that_is_too_long_does_not_stop_the_next(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text(f"what is ADPA?\n{'why ' * 5_000}\nWhat is the capital of Peru?\n")
    code, out, err = run("ask", "--file", str(tmp_path / "q.txt"))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 3 and [a["outcome"] for a in answers] == ["answered", "not_in_corpus"]
    assert err.startswith("question 2: ") and "10,000" in err and len(err.splitlines()) == 1


def test_what_no_abstract_states_gets_the_closest_sentences(run: Run) -> None:
    code, out, _ = run("ask", "batch size of ASFT")
    assert code == 0 and out.startswith("The abstracts do not state this directly; closest:\nASFT (2024): ")


def test_markdown_and_bibtex(run: Run) -> None:
    _, out, _ = run("ask", "What is the Align^2LLaVA algorithm?", "--markdown", "--bibtex")
    assert "[^1]" in out and "@misc{align-2llava" in out and r"\textasciicircum{}2LLaVA" in out


def test_search_says_how_many_papers_of_unknown_year_it_left_out(run: Run) -> None:
    code, out, _ = run("search", "preference optimization", "--year", "2024", "--json")
    found = json.loads(out)
    assert code == 0 and found["unknown_year"] == 75 and found["hits"][0]["parts"]["bm25"] > 0
    assert "papers of unknown year were left out" in run("search", "preferences", "--year", "2023-2024")[1]


@pytest.mark.parametrize("arguments", [("ask",), ("ask", "a", "--file", "b"), ("search", "x", "--year", "soon")])
def test_wrong_usage_is_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "  "), "the question is empty"),
        (("ask", "x", "--index", "/nowhere"), "no index at"),
        (("verify", "/nowhere.json"), "cannot read"),
    ],
)
def test_a_failure_is_one_line_and_1(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run(*arguments)
    assert code == 1 and said in err.splitlines()[-1] and "Traceback" not in err


def test_year_ranges() -> None:
    years = [
        (f.year_from, f.year_to) for f in map(lambda y: parse_filter(y, None, None), ("2024", "2022-", "-2020")) if f
    ]
    assert years == [(2024, 2024), (2022, None), (None, 2020)]
    assert parse_filter(None, None, None) is None


def test_a_filter_by_year_says_how_many_papers_have_no_year(run: Run) -> None:
    code, out, err = run("ask", "What is reward hacking?", "--year", "2024")
    assert code == 0 and "papers of unknown year were left out" in err and "unknown year" not in out


def test_a_filter_that_no_paper_passes_says_so_once(run: Run) -> None:
    code, out, _ = run("ask", "What is alignment faking?", "--page", "no such page")
    assert code == 0 and out.count("No paper passes the filter.") == 1


@pytest.mark.parametrize("wrong", [("--year", "2025-2020"), ("--year", "20202021"), ("--policy", "shout")])
def test_a_wrong_value_of_an_option_is_wrong_usage(run: Run, wrong: tuple[str, str]) -> None:
    assert run("ask", "What is alignment faking?", *wrong)[0] == 2
