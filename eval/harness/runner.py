"""Ask every gold question, score every answer, keep everything: a run that can be killed and continued."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from eval.gold.dataset import load_gold, resolve, sample
from eval.gold.variants import with_variants
from eval.harness.question import one_question
from eval.harness.settings import Settings, parse_settings
from eval.harness.setup import Setup
from eval.runs.folder import FORMAT, VERSION, Run, append, finish, keep_judges, load_run, open_folder
from eval.runs.machine import code, versions
from eval.schema import GoldSet, QAExample, Result, Timing

Progress = Callable[[int, int], None]


def run(
    gold: str | Path | GoldSet | None = None,
    settings: Settings | Iterable[str] | Mapping[str, str] = (),
    *,
    out: str | Path,
    split: str | None = None,
    setup: Setup | None = None,
    variants: Sequence[str] = (),
    workers: int = 1,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Score a set-up on a gold set (the bundled one by default) and keep the run in the folder ``out``.

    Called again with the same arguments it continues a run that was stopped, and returns one that is finished.
    ``setup`` scores an assistant of your own; by default it is built from the settings.
    """
    chosen = settings if isinstance(settings, Settings) else parse_settings(settings)
    if setup is None:
        from eval.harness.build import build_setup

        setup = build_setup(chosen)
    try:
        loaded = gold if isinstance(gold, GoldSet) else load_gold(gold, split=split)
        loaded = resolve(loaded, setup.papers)
        if limit is not None:
            loaded = sample(loaded, limit)
        loaded = with_variants(loaded, variants, seed=chosen.number("seed"))
        folder = Path(out)
        done = open_folder(folder, _manifest(loaded, chosen, setup, split))
        _go_on(folder, loaded, setup, done, workers, progress or (lambda done, total: None))
    finally:
        setup.close()
    return load_run(folder)


def _go_on(
    folder: Path,
    gold: GoldSet,
    setup: Setup,
    done: dict[str, tuple[Result, Timing]],
    workers: int,
    progress: Progress,
) -> None:
    todo = [example for example in gold.examples if example.query_id not in done]
    progress(len(done), len(gold.examples))
    for result, timing in _answers(setup, todo, workers):
        append(folder, result, timing)
        done[result.example.query_id] = (result, timing)
        progress(len(done), len(gold.examples))
    if todo or not (folder / "results.jsonl").exists():
        keep_judges(folder, setup.judges)
        finish(folder, [done[example.query_id] for example in gold.examples])


def _answers(setup: Setup, todo: Sequence[QAExample], workers: int) -> Iterator[tuple[Result, Timing]]:
    if workers <= 1:
        yield from (one_question(setup, example) for example in todo)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(one_question, setup, example) for example in todo]
        try:
            for finished in as_completed(waiting):
                yield finished.result()
        finally:
            for future in waiting:
                future.cancel()


def _manifest(gold: GoldSet, settings: Settings, setup: Setup, split: str | None) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "name": gold.name,
        "sha256": gold.sha256,
        "split": split or "all",
        "questions": len(gold.examples),
    }
    asked["variants"] = sorted({e.query_id.split("~")[-1] for e in gold.examples if "~" in e.query_id})
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": dict(settings.values),
        "gold": asked,
        "fingerprint": dict(setup.fingerprint),
        "code": code(),
        "versions": versions(),
        "notes": list(setup.notes),
    }
