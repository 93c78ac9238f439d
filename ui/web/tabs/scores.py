"""The Scores tab: the runs of the evaluation harness, their figures, and the questions behind them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from eval import Run, compare, load_run, summarise
from eval.runs import read_manifest
from eval.schema import Result
from index.errors import InputError
from ui.web.context import Door


def routes(door: Door) -> APIRouter:
    """The routes under /page/runs."""
    router = APIRouter(prefix="/page/runs")

    @router.get("")
    def runs() -> dict[str, Any]:
        return {"runs": listed(door.runs), "folder": str(door.runs), "judged": door.feedback.count()}

    @router.get("/one")
    def one(name: str) -> dict[str, Any]:
        run = load_run(run_folder(door.runs, name))
        return {
            "name": run.name,
            "settings": run.manifest["settings"],
            "rows": [asdict(row) for row in summarise(run)],
            "questions": [question_view(result) for result in run.results],
        }

    @router.get("/compare")
    def compared(a: str, b: str) -> dict[str, Any]:
        return comparison_view(load_run(run_folder(door.runs, a)), load_run(run_folder(door.runs, b)))

    return router


def listed(folder: Path) -> list[dict[str, Any]]:
    """The runs in a folder; one that cannot be read is listed with the reason."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (path / "run.json").exists():
            continue
        try:
            manifest = read_manifest(path)
            finished = (path / "results.jsonl").exists()
            found.append({"name": path.name, "questions": manifest["gold"]["questions"], "finished": finished})
        except InputError as error:
            found.append({"name": path.name, "questions": 0, "finished": False, "problem": str(error)})
    return found


def run_folder(folder: Path, name: str) -> Path:
    """The folder of a run by the name that the page was given; nothing outside the folder of runs."""
    if name not in {one["name"] for one in listed(folder)}:
        raise InputError(f"there is no run {name[:80]!r} in {folder}")
    return folder / name


def question_view(result: Result) -> dict[str, Any]:
    """A question of a run with its answer and its scores."""
    return {
        "query_id": result.example.query_id,
        "question": result.example.question,
        "answerable": result.example.answerable,
        "outcome": result.answer.outcome if result.answer else "error",
        "answer": result.answer.text if result.answer else result.error,
        "scores": {score.metric: score.value for score in result.scores},
    }


def comparison_view(a: Run, b: Run) -> dict[str, Any]:
    """The differences of two runs."""
    return {
        "a": a.name,
        "b": b.name,
        "differences": [{**asdict(one), "significant": one.significant, "worse": one.worse} for one in compare(a, b)],
    }
