"""Runs: equal bytes, kill and resume, failures counted, totals that add up, clear lines for what is broken."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from eval_fixtures import FORCED, PAPERS, REPLIES, TEXTS, Command, command, one_clear_line, write_gold

from eval import METRICS, RUN_METRICS, load_run, run, summarise
from eval.gold.variants import VARIANTS, with_variants
from eval.harness.build import build_setup
from eval.harness.scripted import Reply, scripted_setup
from eval.harness.settings import parse_settings
from eval.report.thresholds import misses, parse_thresholds
from eval.runs.machine import code
from index import open_index
from index.embedding.fake import FakeEmbedder
from index.errors import InputError, UnknownName
from rag.llms import ScriptedLLM

__all__ = ["command"]  # a fixture


def tiny(folder: Path, name: str = "run", replies: object = REPLIES, **more: object) -> object:
    setup = scripted_setup(PAPERS, replies, FORCED)  # type: ignore[arg-type]
    return run(write_gold(folder), out=folder / name, setup=setup, **more)  # type: ignore[arg-type]


def test_two_runs_are_equal_bytes_whatever_the_number_of_workers(tmp_path: Path) -> None:
    tiny(tmp_path, "a")
    tiny(tmp_path, "b", workers=4)
    assert (tmp_path / "a/results.jsonl").read_bytes() == (tmp_path / "b/results.jsonl").read_bytes()
    assert "seconds" not in (tmp_path / "a/results.jsonl").read_text()


def test_a_failing_question_is_counted_and_the_totals_add_up(tmp_path: Path) -> None:
    done = tiny(tmp_path, replies={**REPLIES, TEXTS[1]: Reply(fails="the model fell over")})
    assert done.results[1].error == "InputError: the model fell over"  # type: ignore[attr-defined]
    rows = summarise(done)  # type: ignore[arg-type]
    assert {row.metric for row in rows} == {*METRICS, *RUN_METRICS}
    for row in rows:
        assert row.scored + row.not_applicable + row.errors == 6
        assert row.errors == 1
        assert (row.value is None) == (row.scored == 0)


def test_what_is_read_back_is_what_was_scored(tmp_path: Path) -> None:
    from eval.runs.records import result_from_dict, result_to_dict

    done = tiny(tmp_path)
    for result in done.results:  # type: ignore[attr-defined]
        assert result_from_dict(result_to_dict(result)) == result
    assert done.results[0].forced == done.results[0].answer  # type: ignore[attr-defined]
    assert done.results[3].forced.outcome == "answered"  # type: ignore[attr-defined]


def damaged(folder: Path, name: str, change: object) -> Path:
    copy = folder / name
    shutil.copytree(folder / "run", copy)
    change(copy)  # type: ignore[operator]
    return copy


def edit(file: str, old: str, new: str) -> object:
    return lambda folder: (folder / file).write_text((folder / file).read_text().replace(old, new))


BROKEN = {
    "no folder": (shutil.rmtree, "there is no run at"),
    "no manifest": (lambda f: (f / "run.json").unlink(), "is no run folder"),
    "half a manifest": (lambda f: (f / "run.json").write_text('{"format": "citew'), "run.json is damaged"),
    "another format": (edit("run.json", "citewell-run", "other"), "is no manifest of a citewell run"),
    "an old version": (edit("run.json", '"version": 1', '"version": 0'), "is of run format 0"),
    "no settings": (edit("run.json", '"settings"', '"setings"'), "it lacks settings"),
    "unfinished": (lambda f: (f / "results.jsonl").unlink(), "is not finished (0 of 6 questions)"),
    "half a line": (
        lambda f: (f / "results.jsonl").write_text((f / "results.jsonl").read_text()[:-40]),
        "results.jsonl, line 6 is damaged",
    ),
    "a line lost": (
        lambda f: (f / "results.jsonl").write_text(
            "\n".join((f / "results.jsonl").read_text().split("\n")[:-2]) + "\n"
        ),
        "holds 5 questions, run.json says 6",
    ),
    "a field lost": (edit("results.jsonl", '"retrieved":', '"retreived":'), "line 1 is damaged (KeyError"),
    "broken figures of the judges": (edit("judges.json", "[]", '[{"name": 1}]'), "judges.json is damaged"),
    "broken timings": (lambda f: (f / "timings.jsonl").write_text("x\n"), "timings.jsonl, line 1 is damaged"),
    "not text": (lambda f: (f / "results.jsonl").write_bytes(b"\xff\xff\n"), "cannot read"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_run_is_one_clear_line(fault: str, tmp_path: Path, command: Command) -> None:
    tiny(tmp_path)
    change, message = BROKEN[fault]
    assert message in one_clear_line(command("report", damaged(tmp_path, "copy", change)))


def test_a_folder_of_another_run_or_of_other_files_is_refused(tmp_path: Path) -> None:
    tiny(tmp_path)
    with pytest.raises(InputError, match=r"holds a run with another settings \(top_k\)"):
        tiny(tmp_path, settings=["top_k=3"])
    setup = replace(scripted_setup(PAPERS, REPLIES), fingerprint=(("index_sha256", "other"),))
    with pytest.raises(InputError, match="another fingerprint"):
        run(write_gold(tmp_path), out=tmp_path / "run", setup=setup)
    file = tmp_path / "run/run.json"
    file.write_text(file.read_text().replace('"version": "0', '"version": "9').replace(code()["sha256"], "x"))
    with pytest.raises(InputError, match=r"was made by other code \(citewell 9.*; this is 0.*commit.*new folder"):
        tiny(tmp_path)
    assert load_run(tmp_path / "run").results  # it can still be reported and compared
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("x")
    with pytest.raises(InputError, match="holds other files and no run"):
        tiny(tmp_path, "mine")
    with pytest.raises(InputError, match="no paper of this index has the title"):
        run(write_gold(tmp_path), out=tmp_path / "x", setup=scripted_setup(PAPERS[1:], REPLIES))


def test_settings_are_checked() -> None:
    settings = parse_settings(["top_k=3", "abstain=off", "llm=openai:x"])
    assert (settings["top_k"], settings["abstain"], settings["llm"]) == (3, False, "openai:x")
    assert settings.describe() == "llm=openai:x top_k=3 abstain=off"
    with pytest.raises(UnknownName, match="unknown setting 'topk'; valid: abstain"):
        parse_settings(["topk=3"])
    for bad in ("top_k=0", "top_k=x", "abstain=maybe", "top_k"):
        with pytest.raises(InputError):
            parse_settings([bad])
    with pytest.raises(UnknownName, match="unknown value of setting retriever"):
        parse_settings(["retriever=magic"])


def test_thresholds(tmp_path: Path) -> None:
    rows = summarise(tiny(tmp_path))  # type: ignore[arg-type]
    assert misses(rows, parse_thresholds(["key_fact_recall=0.5", "refused_answerable=0.25"])) == ()
    lines = misses(rows, parse_thresholds(["key_fact_recall=0.6", "refused_answerable=0.1", "alignscore=0"]))
    assert lines == (
        "key_fact_recall is 0.5000, at least 0.6 is required",
        "refused_answerable is 0.2500, at most 0.1 is required",
        "alignscore scored no question, 0 is required",
    )
    with pytest.raises(UnknownName):
        parse_thresholds(["recall=1"])
    with pytest.raises(InputError):
        parse_thresholds(["aurc=nan"])


def test_variants_are_the_same_every_time(tmp_path: Path) -> None:
    from eval import load_gold

    gold = load_gold(write_gold(tmp_path))
    varied = with_variants(gold, sorted(VARIANTS), seed=1)
    assert varied == with_variants(gold, sorted(VARIANTS), seed=1)
    assert len(varied.examples) == 6 + 4 * 4  # four answerable questions in four variants
    by_id = {example.query_id: example for example in varied.examples}
    assert by_id["q1~keywords"].question == "many layers alpha tuning"
    assert sorted(by_id["q1~typos"].question) == sorted(by_id["q1"].question)
    assert by_id["q1~injected"].question.endswith(by_id["q1"].question)
    with pytest.raises(UnknownName):
        with_variants(gold, ["shouting"])


def test_the_real_assistant_is_scored_on_the_bundled_set(tmp_path: Path, demo_home: Path) -> None:
    settings = [f"index={demo_home / 'demo'}", "verifier=local"]
    done = run(None, settings, out=tmp_path / "run", split="dev", limit=8)
    assert not [result.error for result in done.results if result.error]
    values = {row.metric: row.value for row in summarise(done)}
    assert values["recall@10"] >= 0.5  # type: ignore[operator]
    assert values["span_validity"] == 1
    assert any(0 < (result.confidence or 0) < 1 for result in done.results)
    (judge,) = done.judges  # scorer and verifier coincide, and the report says so with figures
    assert judge.roles == ("verifier", "scorer") and dict(judge.auroc)["own (cv)"] > 0.5
    assert 0.5 < sum(rate.caught for rate in judge.caught) / sum(rate.made for rate in judge.caught) <= 1
    assert any("it judges itself" in note for note in done.manifest["notes"])
    run(None, settings, out=tmp_path / "again", split="dev", limit=8)
    assert (tmp_path / "run/results.jsonl").read_bytes() == (tmp_path / "again/results.jsonl").read_bytes()


def test_each_retriever_can_be_tried_alone(demo_home: Path) -> None:
    orders = set()
    for name in ("dense", "bm25", "hybrid"):
        setup = build_setup(parse_settings([f"retriever={name}", f"index={demo_home / 'demo'}", "verifier=off"]))
        assert "The verifier is off" in setup.notes[-1]
        hits = setup.assistant.search("How does honesty differ from helpfulness in alignment?").hits
        orders.add(tuple(hit.paper.paper_id for hit in hits))
        setup.close()
    assert len(orders) == 3


def test_importing_the_harness_loads_neither_scipy_nor_matplotlib() -> None:
    code = "from eval import run, compare; import sys; print({'scipy', 'matplotlib', 'ir_measures'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_what_scores_a_models_citations_is_not_what_checked_them(fake_demo_home: Path) -> None:
    settings = parse_settings(["verifier=local"])
    with open_index(fake_demo_home / "demo", embedder=FakeEmbedder()) as index:
        written = build_setup(settings, index=index, llm=ScriptedLLM("Tea."))
        quoted = build_setup(settings, index=index)
        assert written.tools.scorer is not None and quoted.tools.scorer is not None
        assert (written.tools.scorer.name, written.assistant.verifier.name) == ("overlap", "local")
        assert quoted.tools.scorer.name == "local"  # quotes went through no verifier
        named = build_setup(parse_settings(["verifier=local", "scorer=local"]), index=index, llm=ScriptedLLM("Tea."))
        assert any("it judges itself" in note for note in named.notes)
