"""Arena, sweep, draft, interchange and the commands around them."""

from pathlib import Path

import pytest
from eval_fixtures import FORCED, PAPERS, REPLIES, TEXTS, Command, command, write_gold

from eval import Run, load_gold, run
from eval.choose.arena import Match, arena, by_judge, by_scorer, elo
from eval.choose.sweep import board_of, grid, leaderboard
from eval.gold.proposals import by_llm, by_rules, review
from eval.harness.scripted import Reply, scripted_setup
from eval.interchange import export_beir, export_trec, import_beir, import_trec
from eval.judges.llm_judge import LlamaIndexJudge
from eval.judges.scorers import OverlapScorer
from eval.report.html import write_report
from index import Paper
from index.errors import InputError, UnknownName
from rag.llms import ScriptedLLM

__all__ = ["command"]  # a fixture


def tiny(folder: Path, name: str = "run", replies: object = REPLIES, limit: int | None = None) -> Run:
    setup = scripted_setup(PAPERS, replies, FORCED)  # type: ignore[arg-type]
    return run(write_gold(folder), out=folder / name, setup=setup, limit=limit)


def test_elo_by_hand() -> None:
    # A beat B three times and lost once; with the drawn match that every pair starts with: 3.5 to 1.5 wins
    ratings = elo([Match(0, 1, 1.0)] * 3 + [Match(0, 1, 0.0)], 2)
    # odds 7:3 are 400 * log10(7/3) points = 147.2; the mean is 1000
    assert ratings[0] - ratings[1] == pytest.approx(147.19, abs=0.01)
    assert sum(ratings) == pytest.approx(2000)


def test_the_arena_orders_set_ups_with_and_without_an_llm(tmp_path: Path) -> None:
    good = tiny(tmp_path, "good")
    bad = tiny(tmp_path, "bad", {q: Reply((("Bananas are yellow.", (("p1", "Alpha"),)),), ("p1",)) for q in TEXTS})
    silent = tiny(tmp_path, "silent", {})
    ratings = arena([bad, silent, good], by_scorer(OverlapScorer()))
    assert [r.name for r in ratings] == ["good", "silent", "bad"]
    assert all(r.low <= r.elo <= r.high for r in ratings)
    assert ratings == arena([bad, silent, good], by_scorer(OverlapScorer()))

    class Likes:
        name = "likes"

        def prefer(self, question: str, first: str, second: str) -> tuple[float, str]:
            return float("anana" not in first), ""

    assert arena([bad, good], by_judge(Likes()))[0].name == "good"  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least two runs"):
        arena([good], by_scorer(OverlapScorer()))


def test_an_llm_judges_through_llamaindex_and_in_both_orders() -> None:
    yes = LlamaIndexJudge(ScriptedLLM("YES"))
    assert yes.faithfulness("q", "a", ["c"])[0] == 1 and yes.relevancy("q", "a", ["c"])[0] == 1
    assert LlamaIndexJudge(ScriptedLLM("NO")).faithfulness("q", "a", ["c"])[0] == 0
    assert LlamaIndexJudge(ScriptedLLM("1", "2")).prefer("q", "a", "b")[0] == 1
    assert LlamaIndexJudge(ScriptedLLM("1", "1")).prefer("q", "a", "b")[0] == 0.5  # always the first: a tie


def test_the_grid_and_its_leaderboard(tmp_path: Path) -> None:
    assert grid(["top_k=1,5", "retriever=dense,bm25"])[1] == ("top_k=1", "retriever=bm25")
    with pytest.raises(UnknownName):
        grid(["topk=1"])
    with pytest.raises(InputError):
        grid(["top_k=1,x"])
    good, silent = tiny(tmp_path, "good"), tiny(tmp_path, "silent", {})
    tiny(tmp_path, "other", limit=2)
    assert {r.name for r in board_of(tmp_path, [silent])} == {"good", "silent"}  # the other asked other questions
    assert [r.name for r, _ in leaderboard([silent, good], "key_fact_recall")] == ["good", "silent"]
    assert [r.name for r, _ in leaderboard([good, silent], "refused_answerable")] == ["good", "silent"]


def test_drafts_enter_only_when_accepted(tmp_path: Path) -> None:
    papers = [Paper("a", "T1", "Alpha is a method for tuning."), Paper("b", "T2", "It needs 12 labels. It is nice.")]
    candidates = list(by_rules(papers))
    assert {c.example.question for c in candidates} == {
        "What is Alpha?",
        "In “T2”, which figure belongs here: It needs ___ labels.",
    }
    out = tmp_path / "mine.jsonl"
    said: list[str] = []
    answers = iter(["r", "e", "How many labels?", "Twelve.", "", "a", "e", "", "It needs 12 labels.", "12", "a"])
    first, second = sorted(candidates, key=lambda c: c.example.question, reverse=True)
    assert review(iter([first, second]), out, ask=lambda _: next(answers), say=said.append) == 1
    gold = load_gold(out)
    assert [(e.query_id, e.question, e.key_facts) for e in gold.examples] == [
        ("draft-001", "How many labels?", ("12",))
    ]
    assert any("not yet: the reference does not match" in line for line in said)
    assert review(iter(candidates), tmp_path / "none.jsonl", ask=lambda _: "q", say=said.append) == 0
    assert not (tmp_path / "none.jsonl").exists()


def test_an_llm_words_drafts_and_nonsense_is_passed_over() -> None:
    papers = [Paper("a", "T1", "Alpha tuning is a method that needs twelve labels to work well.")] * 2
    reply = '{"question": "What does it need?", "answer": "Twelve labels.", "key_fact": "Twelve"}'
    (only,) = by_llm(papers, ScriptedLLM(reply, "no idea"))
    assert only.example.question == "What does it need?" and only.example.key_facts == ("Twelve",)


def test_beir_and_trec_there_and_back(tmp_path: Path) -> None:
    gold_file = write_gold(tmp_path)
    done = tiny(tmp_path)
    export_beir(load_gold(gold_file), PAPERS, tmp_path / "beir")
    assert (tmp_path / "beir/qrels/dev.tsv").read_text().split("\n")[:2] == ["query-id\tcorpus-id\tscore", "q1\tp1\t1"]
    assert import_beir(tmp_path / "beir", tmp_path / "back.jsonl") == (4, 2)
    assert load_gold(tmp_path / "back.jsonl").examples[0].relevant_titles == ("Paper A",)
    export_trec(done, tmp_path / "trec")
    theirs = import_trec(tmp_path / "trec/run.trec", load_gold(gold_file), PAPERS, tmp_path / "theirs")
    for ours, other in zip(done.results, theirs.results, strict=True):
        for metric in ("recall@1", "mrr@10", "ndcg@10"):
            assert ours.value(metric) == other.value(metric)
        assert other.value("key_fact_recall") is None
    write_report(theirs)
    (tmp_path / "bad.trec").write_text("q1 Q0 p1 1\n")
    with pytest.raises(InputError, match="line 1: 6 columns expected, 4 found"):
        import_trec(tmp_path / "bad.trec", load_gold(gold_file), PAPERS, tmp_path / "bad")
    with pytest.raises(InputError, match="holds no qrels"):
        (tmp_path / "empty/qrels").mkdir(parents=True)
        (tmp_path / "empty/corpus.jsonl").write_text("")
        import_beir(tmp_path / "empty", tmp_path / "x.jsonl")


def test_the_commands(tmp_path: Path, command: Command) -> None:
    gold = write_gold(tmp_path)
    a, b = tiny(tmp_path, "a"), tiny(tmp_path, "b", {})
    assert "6 questions are in order" in command("check", gold)[1]
    assert "294 questions are in order" in command("check")[1]
    code, out, _ = command("report", a.folder)
    assert code == 0 and "key_fact_recall" in out
    code, _, err = command("report", a.folder, "--fail-under", "key_fact_recall=0.9")
    assert code == 1 and "key_fact_recall is 0.5000, at least 0.9 is required" in err
    assert "p (Holm)" in command("compare", a.folder, b.folder)[1]
    assert command("arena", a.folder, b.folder, "--scorer", "overlap")[0] == 0
    assert "top_k" in command("settings")[1]
    assert command("export", "--run", a.folder, "--out", tmp_path / "trec")[0] == 0


def test_no_comparison_shows_citations_without_correctness(tmp_path: Path, command: Command) -> None:
    a, b = tiny(tmp_path, "a"), tiny(tmp_path, "b", {})
    out = command("compare", a.folder, b.folder, "--metric", "citation_precision", "--metric", "recall@1")[1]
    assert [line.split()[1] for line in out.splitlines() if "│" in line] == [
        "key_fact_recall",
        "recall@1",
    ]
    assert "no question is scored in both runs for: citation_precision" in out  # B refuses all of them
    assert "key_fact_recall" not in command("compare", a.folder, b.folder, "--metric", "recall@1")[1]


WRONG = {
    "run --out x --set topk=1": "unknown setting 'topk'",
    "run --out x --set top_k=0": "whole number of at least 1",
    "run --out x --fail-under recall=1": "unknown metric 'recall'",
    "run --out x --fail-under aurc=nan": "takes metric=value with a number",
    "run --out x --variants shouting": "unknown variant 'shouting'",
    "run --out x --limit 0": "greater than or equal to 1",
    "run": "Missing option '--out'",
    "report x --fail-under recall=1": "unknown metric 'recall'",
    "compare x": "at least two runs",
    "compare x y --metric corect": "unknown metric 'corect'",
    "arena x": "at least two runs",
    "sweep --out x --grid topk=1": "unknown setting 'topk'",
    "sweep --out x --grid top_k=1 --by corect": "unknown metric 'corect'",
    "sweep --out x --grid top_k=1 --set top_k": "a setting is key=value",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_code_2_and_says_what_is_wrong(words: str, command: Command) -> None:
    code, out, err = command(*words.split())
    assert (code, out) == (2, "")
    assert WRONG[words] in " ".join(err.replace("│", " ").split())
