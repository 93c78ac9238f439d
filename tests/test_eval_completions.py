"""What a model wrote is kept: runs that differ behind the model ask it once, and a run can be repeated without it."""

from dataclasses import replace
from pathlib import Path

import pytest

from eval import run
from eval.harness.build import build_setup
from eval.harness.settings import parse_settings
from eval.runs.completions import KeptLLM
from index import Index
from index.errors import InputError, ModelUnavailable
from rag.llms import Message, ScriptedLLM

ASK = [Message("user", "Name three fruits.")]


def words(llm: KeptLLM, count: int | None = None, **more: object) -> list[str]:
    completion = llm.stream(ASK, max_tokens=9, **more)  # type: ignore[arg-type]
    try:
        return [piece for _, piece in zip(range(count or 99), completion, strict=False)]
    finally:
        completion.close()


def test_a_model_is_not_asked_the_same_twice(tmp_path: Path) -> None:
    model = ScriptedLLM("apple pear plum", "something else")
    first = words(KeptLLM(model, tmp_path))
    assert first == words(KeptLLM(model, tmp_path)) == ["apple", " pear", " plum"]
    assert len(model.requests) == 1
    assert words(KeptLLM(model, tmp_path), stop=["."]) == ["something", " else"]  # another request
    kept = KeptLLM(model, tmp_path).stream(ASK, max_tokens=9)
    assert (list(kept), kept.finish) == (first, "stop") and kept.usage.completion_tokens > 0


def test_a_reader_that_stopped_early_can_read_on_later(tmp_path: Path) -> None:
    model = ScriptedLLM("apple pear plum")
    assert words(KeptLLM(model, tmp_path), 2) == ["apple", " pear"]
    assert words(KeptLLM(model, tmp_path), 2) == ["apple", " pear"] and len(model.requests) == 1
    assert words(KeptLLM(model, tmp_path)) == ["apple", " pear", " plum"] and len(model.requests) == 2
    assert words(KeptLLM(model, tmp_path)) == ["apple", " pear", " plum"] and len(model.requests) == 2


def test_failures_are_not_kept_and_damage_is_said(tmp_path: Path) -> None:
    model = ScriptedLLM(ModelUnavailable("it is down"), "apple")
    with pytest.raises(ModelUnavailable):
        words(KeptLLM(model, tmp_path))
    assert words(KeptLLM(model, tmp_path)) == ["apple"]
    (file,) = tmp_path.iterdir()
    file.write_text("{")
    with pytest.raises(InputError, match=r"is damaged .* delete it"):
        words(KeptLLM(model, tmp_path))


def test_policies_share_what_the_model_wrote(tmp_path: Path, demo: Index) -> None:
    model = ScriptedLLM("Alignment faking was observed in 99 models [1].")

    def scored(name: str, *given: str) -> str:
        settings = parse_settings([f"completions={tmp_path / 'kept'}", "fallback=off", "verifier=local", *given])
        setup = replace(build_setup(settings, index=demo, llm=model), judges=tuple)
        done = run(None, settings, out=tmp_path / name, setup=setup, split="dev", limit=4)
        assert not [result.error for result in done.results if result.error]
        return (done.folder / "results.jsonl").read_text()

    flagged = scored("flag", "policy=flag")
    asked = len(model.requests)
    assert asked > 0 and "99 models" in flagged
    assert "99 models" not in scored("drop", "policy=drop")
    assert scored("again", "policy=flag") == flagged
    assert len(model.requests) == asked
