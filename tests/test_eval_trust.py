"""Every report shows how far the models that judged can be trusted."""

from dataclasses import replace
from pathlib import Path

from eval_fixtures import PAPERS, REPLIES, Command, command, write_gold

from eval import run
from eval.harness.scripted import scripted_setup
from eval.judges.mutations import CatchRate
from eval.judges.scorers import OverlapScorer
from eval.judges.trust import ScorerVerifier, Trust, judge_judges, named_verifier
from eval.report.html import write_report
from eval.report.tables import judge_cells, judge_head
from index import Paper
from rag.verify.protocol import FakeVerifier

__all__ = ["command"]  # a fixture
TEXTS = (
    "ADPA improves the alignment of small models by 4.5% over three strong baselines.",
    "KTO needs a binary signal and is simpler than other methods of preference optimization.",
)
CORPUS = tuple(Paper(f"p{n}", f"Title {n}", text) for n, text in enumerate(TEXTS))
OVERLAP = ScorerVerifier(OverlapScorer())


def test_judges_are_measured_on_the_corpus_and_named_once() -> None:
    fake, overlap = judge_judges({"verifier": FakeVerifier(), "scorer": OVERLAP}, CORPUS)
    assert (fake.roles, overlap.roles) == (("verifier",), ("scorer",))
    dropped = {rate.kind: rate for rate in overlap.caught}["citation dropped"]
    assert dropped.made == dropped.caught == overlap.sentences == 2
    (both,) = judge_judges({"verifier": OVERLAP, "scorer": OVERLAP}, CORPUS)
    assert both.roles == ("verifier", "scorer")


def test_labels_of_people_come_with_where_they_come_from() -> None:
    overlap = judge_judges({"scorer": OVERLAP}, CORPUS)[0]
    assert {group for group, _ in overlap.auroc} >= {"own", "own: number", "own: role"}
    assert overlap.provenance == "citewell eval verifier --verifier overlap --split all"
    fake = judge_judges({"verifier": FakeVerifier()}, CORPUS)[0]
    assert fake.auroc == () and "eval verifier --verifier fake" in fake.provenance


def test_a_judge_that_asks_a_language_model_is_not_measured_in_passing() -> None:
    class Slow(FakeVerifier):
        name = "llm-judge:some"

        def check(self, *claim: object) -> None:  # type: ignore[override]
            raise AssertionError("asked")

    (slow,) = judge_judges({"verifier": Slow()}, CORPUS)
    assert (slow.caught, slow.sentences) == ((), 0)


def test_overlap_is_a_verifier_that_can_be_judged() -> None:
    assert named_verifier("overlap").name == "overlap"
    assert named_verifier("fake").name == "fake"


def test_every_report_shows_catch_rates_and_false_alarms(tmp_path: Path, command: Command) -> None:
    trust = Trust("local", ("verifier", "scorer"), (("own", 0.9),), "a command", (CatchRate("number", 4, 3),), 1, 8)
    setup = replace(scripted_setup(PAPERS, REPLIES), judges=lambda: (trust,))
    done = run(write_gold(tmp_path), out=tmp_path / "run", setup=setup)
    assert done.judges == (trust,)
    assert judge_head(done) == ("", "verifier and scorer local")
    assert judge_cells(done) == [
        ("AUROC own", "0.900"),
        ("caught: number", "0.75 (3 of 4)"),
        ("caught: all mutations", "0.75 (3 of 4)"),
        ("false alarms", "0.12 (1 of 8)"),
    ]
    html, markdown = write_report(done)
    for text in (html.read_text(), markdown.read_text(), command("report", done.folder)[1]):
        for part in ("verifier and scorer local", "false alarms", "0.12 (1 of 8)", "0.75 (3 of 4)", "a command"):
            assert part in text
