"""The tabs Papers, Library, Models and Scores in real Chromium against the real command, from end to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import pytest
from chat_server import ask, choose, dropdown, shown, tab
from eval_fixtures import FORCED, PAPERS, REPLIES, write_gold

from eval import run
from eval.harness.scripted import scripted_setup
from index import sync

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
ROWS = (
    {"id": "q", "title": "Quokkas of Rottnest", "abstract": "Quokkas eat grass at night. They number 12,000.",
     "authors": ["Ada Lindqvist", "Bo Ek"], "published": "2019-04-01"},
    {"id": "n", "title": "Numbats and their termites", "abstract": "Numbats eat termites by day. They have no pouch.",
     "authors": ["Cleo Marsh"], "published": "2021-09-01"},
    {"id": "w", "title": "Wombats dig", "abstract": "Wombats dig at $v_0 \\approx 0.3$ m per hour. They are shy.",
     "authors": ["Bo Ek"], "published": "2015-01-01"},
)  # fmt: skip
FOUND = "#found [data-testid^=cell-][data-testid$='-1'] a"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Path:
    """The demo papers, a library of three animals beside them, and two runs of the evaluation."""
    made = chat_server.with_demo(tmp_path_factory.mktemp("home"), demo_home)
    (made / "animals.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf8")
    sync([made / "animals.jsonl"], index=made / "libraries" / "animals")
    gold = write_gold(made)
    run(gold, out=made / "runs" / "careful", setup=scripted_setup(PAPERS, REPLIES))
    run(gold, out=made / "runs" / "daring", setup=scripted_setup(PAPERS, FORCED))
    return made


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with chat_server.command(home, "--runs", str(home / "runs"), CITEWELL_LLM_KEY="sk-secret") as (address, _):
        chat_server.wait_until_ready(address)
        yield address


def finds(page: Any, count: str, *titles: str) -> None:
    """Wait until the table holds those papers, and the line above it says how many there are."""
    page.locator("#count", has_text=count).wait_for()
    shown(page.locator(FOUND), text=titles)


def test_papers_are_found_by_author_abstract_and_year_sorted_ticked_opened_and_asked(page: Any) -> None:
    choose(page, "#asked", "animals")
    page.locator("#scope", has_text="all 3 papers").wait_for()
    tab(page, "Papers")
    choose(page, "#order", "By title")
    finds(page, "3 of 3", "Numbats and their termites", "Quokkas of Rottnest", "Wombats dig")
    choose(page, "#order", "Best first")
    for words, found in (("Lindqvist", "Quokkas of Rottnest"), ("pouch", ROWS[1]["title"]), ("2015", "Wombats dig")):
        page.fill("#words textarea, #words input", words)
        page.locator("#count", has_text="1 of 3 papers hold these words").wait_for()
        shown(page.locator(FOUND).first, text=found)
    page.fill("#words textarea, #words input", "")
    page.fill("#from-year textarea, #from-year input", "2016")
    page.press("#from-year textarea, #from-year input", "Enter")
    choose(page, "#order", "Newest first")
    finds(page, "2 of 3", "Numbats and their termites", "Quokkas of Rottnest")
    page.locator(FOUND).first.click()
    page.locator(".evidence h2", has_text="Numbats").wait_for()
    card = page.inner_text(".evidence")
    assert "Cleo Marsh" in card and "no pouch" in card and "Nearest papers" in card and "Ask this paper" in card
    page.locator("#found input[type=checkbox]").nth(2).check()  # the first is the heading's, for all
    page.locator("#ask-ticked").click()
    page.locator("#scope", has_text="1 of 3 papers (ticked)").wait_for()
    said = ask(page, "What do quokkas eat?").inner_text()
    assert "grass" in said and "asked of 1 of 3 papers (ticked)" in said
    page.locator("#unlimited").click()
    page.locator("#scope", has_text="all 3 papers").wait_for()


def test_a_paper_is_asked_alone_from_its_card_and_its_formula_is_set(page: Any) -> None:
    choose(page, "#asked", "animals")
    page.locator("#scope", has_text="all 3 papers").wait_for()
    page.evaluate("location.hash = 'paper=w'")
    page.locator(".evidence .abstract math msub").wait_for()
    assert "$" not in page.inner_text(".evidence .abstract")
    page.locator(".evidence .actions a", has_text="Ask this paper").click()
    page.locator("#scope", has_text="1 of 3 papers").wait_for()
    said = ask(page, "How fast do wombats dig?")
    assert said.locator(".katex").count() >= 1
    said.locator("a[href^='#cite=']").first.click()
    page.locator(".evidence mark math").wait_for()


def test_a_library_is_made_filled_title_by_title_renamed_exported_asked_and_deleted(page: Any, home: Path) -> None:
    tab(page, "Library")
    page.locator("#about", has_text="It stays as it is").wait_for()
    assert not page.locator("#add-files").is_visible()
    page.fill("#new-library textarea, #new-library input", "birds")
    page.locator("#new-library button").click()
    page.locator("#about", has_text="birds is empty").wait_for()
    (home / "birds.ris").write_text(
        "TY  - JOUR\nTI  - Kea play\nAB  - Kea play in snow. They steal tools.\nER  - \n"
        "TY  - JOUR\nTI  - Kiwi smell\nAB  - Kiwi smell worms.\nER  - \n",
        encoding="utf8",
    )
    (home / "shopping.txt").write_text(
        "Milk and bread for Monday.\n\nAlso eggs, and a birthday card.\n", encoding="utf8"
    )
    page.locator("#add-files input[type=file]").set_input_files([home / "birds.ris", home / "shopping.txt"])
    page.locator("#plan", has_text="For birds").wait_for()
    page.locator("#plan-lines [role=row]", has_text="Kea play").locator("text=will be added").wait_for()
    note = page.get_by_role("checkbox", name="shopping.txt")
    note.wait_for()
    assert not note.is_checked()
    assert "Milk" not in page.inner_text("#plan-lines")
    page.locator("#apply").click()
    page.locator("#about", has_text="birds holds 2 papers").wait_for()
    page.locator("#add-files input[type=file]").set_input_files(home / "birds.ris")  # the same again changes nothing
    page.locator("#plan", has_text="2 is here already").wait_for()
    page.locator("#apply:disabled").wait_for()
    page.locator("#discard").click()
    page.locator("#ask-these").click()
    page.locator("#scope", has_text="all 2 papers").wait_for()
    assert "steal tools" in ask(page, "What do kea steal?").inner_text()
    tab(page, "Library")
    page.locator("#manage button").first.click()
    page.fill("#rename textarea, #rename input", "parrots")
    page.locator("#rename button").click()
    page.locator("#about", has_text="parrots holds 2 papers").wait_for()
    choose(page, "#library-export", "RIS")
    with page.expect_download() as download:
        page.locator("#library-save").click()
    assert "TI  - Kea play" in Path(download.value.path()).read_text(encoding="utf8")
    page.locator("#ask-these").click()
    page.locator("#scope", has_text="all 2 papers").wait_for()
    shown(dropdown(page, "#asked"), value="parrots")
    page.locator("#chat a[href^='#cite=']").first.click()  # of the answer from before it was renamed
    page.locator(".evidence mark", has_text="steal tools").wait_for()
    tab(page, "Library")
    page.locator("#delete-sure input").check()
    page.locator("#delete-library").click()
    page.locator("#about", has_text="Demo papers").wait_for()
    assert not (home / "libraries" / "parrots").exists()
    page.reload()  # the conversation is here still, and what it cited
    chat_server.ready(page, shown=False)
    tab(page, "Ask")
    assert "steal tools" in chat_server.answered(page, 1).inner_text()
    page.locator("#chat a[href^='#cite=']").first.click()
    page.locator(".evidence .warning", has_text="has been removed").wait_for()
    assert "steal tools" in page.inner_text(".evidence")
    shown(dropdown(page, "#asked"), value="Demo papers")


def test_a_model_is_tested_by_its_address_used_shown_before_the_answer_and_left_again(page: Any, port: int) -> None:
    tab(page, "Models")
    server = f"http://127.0.0.1:{port}/good/v1"
    page.fill("#server textarea, #server input", "http://127.0.0.1:9/v1")
    page.locator("#server button").click()
    page.locator("#tested", has_text="That did not work").wait_for()
    page.fill("#server textarea, #server input", server)
    page.locator("#server button").click()
    page.locator("#tested", has_text="It answers. good-model said").wait_for()
    shown(dropdown(page, "#served-model"), value="good-model")
    page.locator("#use-server").click()
    page.locator("#tested", has_text="answered by: good-model").wait_for()
    page.locator("#offered label.selected", has_text="good-model").wait_for()
    tab(page, "Ask")
    shown(dropdown(page, "#answers"), value="good-model")
    said = ask(page, "What is alignment faking?").inner_text()  # of SimCSE and bananas, with a source that is none
    assert "none of the model's 2 sentences is supported" in said
    assert "sk-secret" not in page.content()
    choose(page, "#answers", "Quotes only, no model")
    tab(page, "Models")
    page.locator("#tested", has_text="answered by: Quotes only").wait_for()
    tab(page, "Ask")
    assert "no language model" in ask(page, "What is grammar-aligned decoding?", 2).inner_text()


def test_two_runs_are_compared_and_the_questions_behind_a_figure_told(page: Any) -> None:
    tab(page, "Scores")
    page.locator("#runs", has_text="2 runs").wait_for()
    choose(page, "#run", "careful (6 questions)")
    page.locator("#figures", has_text="Answers that are right").wait_for()
    choose(page, "#other-run", "daring (6 questions)")
    page.locator("#differences", has_text="Answers that are right").wait_for()
    assert "@" not in " ".join(page.locator("#figures [data-testid$='-0']").all_inner_texts())
    choose(page, "#behind", "Answers that are right")
    page.locator("#behind-rows", has_text="Where does delta search run?").wait_for()
