"""Kills in the middle of add, change, delete, merge, rebuild and a live source: ``python tests/campaign/kills.py [COUNT] [SEED]``.

Half of the kills hit just before or after a write, the others any moment. Then a sync, and everything is compared with
a fresh index of the same files and the same source, a server on this machine.
"""  # noqa: E501

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from common import compared, held, in_child, preload, record, report, write

STEPS = ("add", "change", "delete", "merge", "rebuild", "live")
PAPERS = 40
LIVE = "openalex:plots"
SERVER = """import sys, live_servers
live_servers.PAPERS = 25
with live_servers.serving() as served:
    print(served.url, flush=True)
    for line in sys.stdin:
        live_servers.PAPERS = int(line)
        print("set", flush=True)
"""


def sync(papers: Path, place: Path) -> str:
    """A whole sync."""
    import index
    from index.changes import apply
    from index.chroma import outbox
    from index.embedding.fake import FakeEmbedder
    from index.live import openalex

    apply.PAPERS_A_BATCH, outbox.DRAIN, openalex._PAGE = 8, 6, 10
    index.sync([papers, LIVE], index=place, embedder=FakeEmbedder())
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


@contextmanager
def source() -> Iterator[Callable[[int], None]]:
    """A server of papers in a process of its own; what is given says how many it has. It ends with this process."""
    command = [sys.executable, "-c", SERVER]
    tests = str(Path(__file__).resolve().parents[1])
    with subprocess.Popen(command, cwd=tests, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        told, said = process.stdin, process.stdout
        assert told is not None and said is not None
        os.environ["CITEWELL_OPENALEX_URL"] = said.readline().strip()

        def holds(papers: int) -> None:
            print(papers, file=told, flush=True)
            said.readline()
            shutil.rmtree(Path(os.environ["CITEWELL_HOME"], "live"), ignore_errors=True)  # as if an hour had passed

        yield holds


def change(
    step: str, papers: Path, place: Path, draw: random.Random, number: int, holds: Callable[[int], None]
) -> None:
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
    elif step == "live":
        holds(draw.randint(15, 45))
    else:
        import sqlite3

        connection = sqlite3.connect(place / "citewell.sqlite3")
        connection.execute("DELETE FROM meta WHERE key = 'build'")
        connection.commit()
        connection.close()


def campaign(count: int, seed: int, folder: Path, holds: Callable[[int], None]) -> dict[str, object]:
    """Kill, finish, compare, ``count`` times; the files change as they go."""
    preload()
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
        change(step, papers, place, draw, totals["rounds"], holds)
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
        with source() as holds:
            report({"campaign": "kills"} | campaign(count, seed, Path(folder), holds), began)


if __name__ == "__main__":
    main()
