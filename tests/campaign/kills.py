"""Kills in the middle of add, change, delete, merge and rebuild: ``python tests/campaign/kills.py [COUNT] [SEED]``.

Half of the kills hit just before or after a write, the others any moment. Then a sync, and everything is compared with
a fresh index of the same files.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from common import compared, held, in_child, record, report, write

STEPS = ("add", "change", "delete", "merge", "rebuild")
PAPERS = 40


def sync(papers: Path, place: Path) -> str:
    """A whole sync."""
    import index
    from index.changes import apply
    from index.chroma import outbox
    from index.embedding.fake import FakeEmbedder

    apply.PAPERS_A_BATCH, outbox.DRAIN = 8, 6
    index.sync([papers], index=place, embedder=FakeEmbedder())
    return "synced"


def dying_sync(papers: Path, place: Path, at: int, before: bool) -> str:
    """A sync whose process kills itself before or after its write number ``at``."""
    from index.chroma.vectors import Vectors
    from index.storage.writer import Writer

    calls = 0

    def deadly(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == at and before:
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*arguments, **named)
            if calls == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    for owner, names in (
        (Vectors, ("upsert", "delete", "clear")),
        (Writer, ("put_paper", "done", "put_file", "set_meta")),
    ):
        for name in names:
            setattr(owner, name, deadly(getattr(owner, name)))
    return sync(papers, place)


def change(step: str, papers: Path, place: Path, draw: random.Random, number: int) -> None:
    """What happened to the files, or to the index, since the last sync."""
    rows = [record(f"paper{one}", draw) for one in range(PAPERS)]
    if step == "add":
        write(papers / f"new{number}.jsonl", [record(f"new{number}-{one}", draw) for one in range(12)])
    elif step == "change":
        write(papers / "first.jsonl", rows[: PAPERS // 2])
    elif step == "delete":
        write(papers / "second.jsonl", rows[PAPERS // 2 + 10 :])
    elif step == "merge":
        write(papers / f"again{number}.jsonl", [one | {"venue": "A Journal"} for one in rows[:10]])
    else:
        import sqlite3

        connection = sqlite3.connect(place / "citewell.sqlite3")
        connection.execute("DELETE FROM meta WHERE key = 'build'")
        connection.commit()
        connection.close()


def campaign(count: int, seed: int, folder: Path) -> dict[str, object]:
    """Kill, finish, compare, ``count`` times; the files change as they go."""
    draw = random.Random(seed)
    papers, place, clean = folder / "papers", folder / "index", folder / "clean"
    papers.mkdir()
    rows = [record(f"paper{one}", draw) for one in range(PAPERS)]
    write(papers / "first.jsonl", rows[: PAPERS // 2])
    write(papers / "second.jsonl", rows[PAPERS // 2 :])
    in_child(lambda: sync(papers, place))
    totals = {"rounds": 0, "kills": 0, "at_a_write": 0, "not_finished": 0}
    totals |= dict.fromkeys(("lost", "doubled", "stale", "vectors_differ", "search_differs"), 0)
    problems: list[str] = []
    while totals["kills"] < count and totals["rounds"] < 4 * count:
        step = STEPS[totals["rounds"] % len(STEPS)]
        change(step, papers, place, draw, totals["rounds"])
        totals["rounds"] += 1
        at_write = draw.random() < 0.5
        if at_write:
            at, before = draw.randint(1, 30), draw.random() < 0.5
            ended, _ = in_child(lambda at=at, before=before: dying_sync(papers, place, at, before))
        else:
            ended, _ = in_child(lambda: sync(papers, place), kill_after=draw.uniform(0.0, 0.8))
        totals["kills"] += ended == "killed"
        totals["at_a_write"] += ended == "killed" and at_write
        if in_child(lambda: sync(papers, place)) != ("done", "synced"):
            totals["not_finished"] += 1
            problems.append(f"{step}: not finished")
            continue
        shutil.rmtree(clean, ignore_errors=True)
        in_child(lambda: sync(papers, clean))
        (_, found), (_, fresh) = in_child(lambda: held(place)), in_child(lambda: held(clean))
        for name, value in compared(found, fresh).items():
            totals[name] += value
            problems += [f"{step}: {name} {value}"] if value else []
        for file in sorted(papers.glob("new*.jsonl"))[:-3]:  # the collection does not grow for ever
            file.unlink()
    return {**totals, "problems": problems[:5]}


def main() -> None:
    """Print the figures."""
    given = [int(word) for word in sys.argv[1:]]
    count, seed = (given + [200, 1][len(given) :])[:2]
    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CITEWELL_HOME"] = folder + "/home"
        report({"campaign": "kills"} | campaign(count, seed, Path(folder)), began)


if __name__ == "__main__":
    main()
