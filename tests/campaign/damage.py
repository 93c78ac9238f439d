"""Damaged indexes and run folders: ``python tests/campaign/damage.py [COUNT] [SEED]``.

Each is read, synced, and brought in order by following what the error says: nothing else, and nothing good is lost.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from common import compared, held, in_child, preload, record, report, write

FIELDS = {
    "papers": ("data", "sha256", "text_sha256"),
    "entries": ("data", "file"),
    "files": ("rejects", "sha256", "size"),
    "chunks": ("vector", "text", "start"),
    "sentences": ("spans", "vectors"),
    "meta": ("value",),
}
VALUES: tuple[Any, ...] = ("{", "[]", "null", '{"title": 5}', b"\x00\xff", "", -1, "é" * 50, '[[1, "x"]]')
ASIDE = "out of the way"


def answer(work: Any) -> tuple[str, str]:
    """How a step ends: well, with one line of ours, or otherwise."""
    from index import CitewellError

    try:
        work()
    except CitewellError as error:
        return ("line" if "\n" not in str(error) else "lines"), str(error)
    return "fine", ""


def synced(papers: Path, place: Path) -> tuple[str, str]:
    import index
    from index.embedding.fake import FakeEmbedder

    return answer(lambda: index.sync([papers], index=place, embedder=FakeEmbedder(), full=True))


def asked(place: Path) -> tuple[str, str]:
    from index import info

    return answer(lambda: (info(place), held(place)))


def harm(place: Path, draw: random.Random) -> str:
    """Damage one file of the index, or one field in it."""
    files = sorted(file for file in place.rglob("*") if file.is_file() and file.name != "lock")
    file, kind = draw.choice(files), draw.choice(("field", "field", "cut", "flip", "zero", "gone", "other"))
    if kind == "field":
        return harm_field(place, draw)
    data = file.read_bytes()
    if kind == "gone":
        file.unlink()
    elif kind == "cut":
        file.write_bytes(data[: draw.randint(0, len(data))])
    elif kind == "other":
        file.write_bytes(draw.randbytes(draw.randint(1, 9000)))
    else:
        where = draw.randint(0, max(0, len(data) - 1))
        length = draw.choice((1, 16, 512, 4096))
        new = bytes(length) if kind == "zero" else draw.randbytes(length)
        file.write_bytes(data[:where] + new + data[where + length :])
    return f"{kind} {file.relative_to(place).name}"


def harm_field(place: Path, draw: random.Random) -> str:
    table = draw.choice(sorted(FIELDS))
    column, value = draw.choice(FIELDS[table]), draw.choice(VALUES)
    connection = sqlite3.connect(place / "citewell.sqlite3")
    try:
        connection.execute(f'UPDATE OR IGNORE {table} SET "{column}" = ?', (value,))
        connection.commit()
    finally:
        connection.close()
    return f"{table}.{column} = {value!r}"


def one_index(good: Path, papers: Path, place: Path, fresh: dict[str, Any], draw: random.Random) -> tuple[str, str]:
    """Damage a copy, read it, and follow the advice; what was wrong with that, or ""."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(place.with_name("aside"), ignore_errors=True)
    shutil.copytree(good, place)
    harmed = harm(place, draw)
    steps: list[tuple[str, str, Any]] = []
    for _ in range(3):
        for name, step in (("ask", lambda: asked(place)), ("sync", lambda: synced(papers, place))):
            steps.append((name, *in_child(step)))
        last = in_child(lambda: asked(place))
        told = [said[1] for _, ended, said in (*steps[-2:], ("ask", *last)) if ended == "done" and said[0] == "line"]
        if any(ASIDE in one for one in told) and place.exists():
            shutil.rmtree(place.with_name("aside"), ignore_errors=True)
            place.rename(place.with_name("aside"))
        elif not told:
            break
    steps.append(("ask again", *in_child(lambda: asked(place))))
    for name, ended, said in steps:
        if ended != "done" or said[0] not in ("fine", "line"):
            return harmed, f"{name}: {ended} {said}"
    if steps[-1][2][0] != "fine":
        return harmed, f"not mended: {steps[-1][2][1]}"
    _, found = in_child(lambda: held(place))
    wrong = {name: value for name, value in compared(found, fresh).items() if value}
    return harmed, f"differs: {wrong}" if wrong else ""


def indexes(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """Damage ``count`` copies of a small index."""
    draw = random.Random(seed)
    papers, good = folder / "papers", folder / "good"
    papers.mkdir()
    for number in range(3):
        write(papers / f"{number}.jsonl", [record(f"paper{number}-{one}", draw) for one in range(12)])
    preload()
    before = {file.name: file.read_bytes() for file in papers.iterdir()}
    in_child(lambda: synced(papers, good))
    _, fresh = in_child(lambda: held(good))
    totals = {"indexes": 0, "tracebacks": 0, "crashes": 0, "not_mended": 0}
    problems = []
    for _ in range(count):
        harmed, wrong = one_index(good, papers, folder / "index", fresh, draw)
        totals["indexes"] += 1
        totals["tracebacks"] += "traceback" in wrong or "lines" in wrong
        totals["crashes"] += ": died" in wrong or ": hung" in wrong
        totals["not_mended"] += wrong.startswith(("not mended", "differs"))
        problems += [f"{harmed}: {wrong[:200]}"] if wrong else []
    lost = sum(before[name] != (papers / name).read_bytes() for name in before)
    return {**totals, "files_harmed_by_advice": lost, "problems": problems[:8]}


def runs(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """Damage ``count`` copies of a run folder, and load each."""
    from eval_fixtures import PAPERS, REPLIES, write_gold

    from eval import load_run, run
    from eval.harness.scripted import scripted_setup

    draw, good = random.Random(seed), folder / "run"
    run(write_gold(folder), out=good, setup=scripted_setup(PAPERS, REPLIES))
    totals, problems = {"runs": 0, "run_tracebacks": 0}, []
    for _ in range(count):
        copy = folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(good, copy)
        file = draw.choice(sorted(one for one in copy.iterdir() if one.is_file()))
        file.write_bytes(spoilt(file.read_bytes(), draw))
        totals["runs"] += 1
        ended, said = in_child(lambda copy=copy: answer(lambda: load_run(copy)))
        if ended != "done" or said[0] not in ("fine", "line"):
            totals["run_tracebacks"] += 1
            problems.append(f"{file.name}: {ended} {said}"[:200])
    return {**totals, "run_problems": problems[:5]}


def spoilt(data: bytes, draw: random.Random) -> bytes:
    """Cut, or with one value of the JSON in it put in the place of another of another type."""
    lines = data.splitlines()
    place = draw.randrange(len(lines)) if lines else 0
    if draw.random() < 0.4 or not lines:
        return data[: draw.randint(0, len(data))]
    try:
        row = json.loads(lines[place])
    except ValueError:
        try:
            row, lines, place = json.loads(data), [b""], 0
        except ValueError:
            return data[::-1]
    swap(row, draw)
    lines[place] = json.dumps(row).encode()
    return b"\n".join(lines) + b"\n"


def swap(value: Any, draw: random.Random) -> None:
    """Put something of another type somewhere inside."""
    while isinstance(value, dict | list) and value:
        key = draw.choice(list(value)) if isinstance(value, dict) else draw.randrange(len(value))
        if not isinstance(value[key], dict | list) or not value[key] or draw.random() < 0.3:
            value[key] = draw.choice([None, 5, "text", [], {}, [1], {"a": 1}, -0.5, True])
            return
        value = value[key]


def main() -> None:
    """Print the figures."""
    given = [int(word) for word in sys.argv[1:]]
    count, seed = (given + [100, 1][len(given) :])[:2]
    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CITEWELL_HOME"] = folder + "/home"
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        found = indexes(count, seed, Path(folder))
        report({"campaign": "damage"} | found | runs(count, seed, Path(folder)), began)


if __name__ == "__main__":
    main()
