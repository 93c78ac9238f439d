"""Mutated inputs of every format: ``python tests/campaign/mutations.py [COUNT] [SEED]``.

Small damage, and what grows: a record many times over, a field made long, a mark repeated, values nested deep. Each is
read in a process that counts exceptions, seconds and memory; none may raise, take 10 s or 500 MB. So with some that
are huge in one place; a COUNT of 0 reads these alone.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from common import in_child, report
from corruption import corrupted
from format_samples import SAMPLES

BATCH = 50
MOST_SECONDS, MOST_MB = 10.0, 500
MARKS = (
    b"<",
    b"<a ",
    b"<!--",
    b"<![CDATA[",
    b"{",
    b"[",
    b'{"a":',
    b"\\cite[",
    b"@string{a=b}",
    b"TY  - \n",
    b"PT J\n",
    b"&amp;",
    b'"',
    b"$",
)
ATOM, LONG = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>', "x " * 25 * 2**20
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
# inputs that are large or deep in one place: name -> content
HUGE: dict[str, Callable[[], str]] = {
    "laughs.xml": lambda: f"<?xml version='1.0'?>{LAUGHS}]>{ATOM}<summary>&i;</summary></entry></feed>",
    "deep.xml": lambda: ATOM + "<a>" * 1_000_000,
    "deep.json": lambda: '{"a":' * 2_000_000,
    "deep.bib": lambda: "@article{k, title={" + "{" * 3_000_000,
    "deep.html": lambda: "<html><body>" + "<div>" * 1_000_000,
    "tag.html": lambda: "<html><body><p " + "a=1 " * 2_000_000 + ">",
    "tag.xml": lambda: f'<feed xmlns="http://www.w3.org/2005/Atom" a="{LONG}"><entry/></feed>',
    "keys.json": lambda: "{" + ",".join(f'"k{number}": 1' for number in range(1_000_000)) + "}",
    "line.ris": lambda: f"TY  - JOUR\nTI  - T\nAB  - {LONG}\nER  - \n",
    "line.nbib": lambda: f"PMID- 1\nTI  - T\nAB  - {LONG}\n",
    "line.enw": lambda: f"%0 Journal Article\n%T T\n%A G, A\n%X {LONG}\n",
    "wos.txt": lambda: f"PT\tAU\tTI\tAB\nJ\tG\tT\t{LONG}\n",
    "line.html": lambda: f"<html><body><h1>T</h1><p>{LONG}",
    "line.bib": lambda: f"@article{{k, title={{T}}, abstract={{{LONG}}}}}",
    "line.csv": lambda: f"title,abstract\nT,{LONG}",
    "line.xml": lambda: f"{ATOM}<summary>{LONG}</summary></entry></feed>",
    "lines.txt": lambda: LONG.replace(" ", "\n"),
}


def grown(data: bytes, draw: random.Random) -> bytes:
    """The input made large at one point: up to about a megabyte."""
    place, mark = draw.randrange(len(data)), draw.choice(MARKS)
    many = draw.choice((100, 3_000, 30_000))
    kind = draw.choice(("mark", "repeat", "long", "nested"))
    if kind == "mark":
        return data[:place] + mark * many + data[place:]
    if kind == "repeat":
        return data * max(2, min(many, 1_000_000 // len(data)))
    if kind == "long":
        return data[:place] + draw.choice((b"word ", b"\xc3\xa9", b"a", b" and ", b"\n")) * many + data[place:]
    return data[:place] + b"[" * many + b"]" * many + data[place:]


def mutated(sample: bytes, draw: random.Random) -> bytes:
    """One damaged input; one in ten is made large."""
    data = grown(sample, draw) if draw.random() < 0.1 else sample * draw.choice((1, 1, 2))
    for _ in range(draw.randrange(0, 4)):
        data = corrupted(data, draw) or b"x"
    return data


def read_batch(folder: Path, inputs: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Read some inputs: what raised, the longest, and the memory that this process came to above its start."""
    from index.readers import read_file

    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    raised: list[str] = []
    longest, records, rejects = 0.0, 0, 0
    for name, data in inputs:
        file = folder / name
        file.write_bytes(data)
        began = time.process_time()
        try:
            found = read_file(file)
            records, rejects = records + len(found.records), rejects + len(found.rejects)
            json.dumps([repr(one) for one in found.rejects]).encode()
        except Exception as error:  # what a campaign looks for
            raised.append(f"{name}: {type(error).__name__}: {error}"[:200])
        longest = max(longest, time.process_time() - began)
        file.unlink()
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024
    return {"raised": raised, "longest": longest, "mb": used, "records": records, "rejects": rejects}


def huge(folder: Path) -> dict[str, Any]:
    """The figures of what is large or deep in one place, each read in a process of its own."""
    seconds, megabytes, problems = dict[str, float](), dict[str, float](), list[str]()
    for name, make in HUGE.items():
        ended, found = in_child(lambda: read_batch(folder, [(name, make().encode())]))  # noqa: B023 - runs at once
        if ended != "done" or not isinstance(found, dict):
            problems.append(f"{name}: {ended} {found}"[:200])
            continue
        seconds[name], megabytes[name] = found["longest"], found["mb"]
        bad = found["longest"] > MOST_SECONDS or found["mb"] > MOST_MB or found["rejects"] != 1
        problems += [*found["raised"], *([f"{name}: {found}"] if bad else [])]
    longest, largest = max(seconds.values()), max(megabytes.values())
    return {"huge": len(HUGE), "huge_seconds": round(longest, 2), "huge_mb": round(largest), "huge_problems": problems}


def campaign(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """The figures of so many inputs, dealt evenly over the formats."""
    draw, names = random.Random(seed), sorted(SAMPLES)
    totals = {"inputs": 0, "records": 0, "rejects": 0, "raised": 0, "too_long": 0, "too_large": 0, "died": 0}
    longest, largest, problems = 0.0, 0.0, list[str]()
    for first in range(0, count, BATCH):
        picked = [names[number % len(names)] for number in range(first, min(count, first + BATCH))]
        inputs = [
            (f"{one}-{SAMPLES[one][0]}".replace("/", "-"), mutated(SAMPLES[one][1].encode(), draw)) for one in picked
        ]
        ended, found = in_child(lambda: read_batch(folder, inputs))  # noqa: B023 - runs at once
        totals["inputs"] += len(inputs)
        if ended != "done" or not isinstance(found, dict):
            totals["died"] += 1
            problems.append(f"batch at {first}: {ended} {found}")
            continue
        totals["records"] += found["records"]
        totals["rejects"] += found["rejects"]
        totals["raised"] += len(found["raised"])
        totals["too_long"] += found["longest"] > MOST_SECONDS
        totals["too_large"] += found["mb"] > MOST_MB
        longest, largest = max(longest, found["longest"]), max(largest, found["mb"])
        problems += found["raised"]
        problems += [f"batch at {first}: {found['longest']:.1f} s"] if found["longest"] > MOST_SECONDS else []
        problems += [f"batch at {first}: {found['mb']:.0f} MB"] if found["mb"] > MOST_MB else []
    return totals | {"longest_seconds": round(longest, 2), "largest_mb": round(largest), "problems": problems[:5]}


def main() -> None:
    """Print the figures."""
    given = [int(word) for word in sys.argv[1:]]
    count, seed = (given + [10_000, 1][len(given) :])[:2]
    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CITEWELL_HOME"] = folder + "/home"
        found = campaign(count, seed, Path(folder)) if count else {}
        report({"campaign": "mutations"} | found | huge(Path(folder)), began)


if __name__ == "__main__":
    main()
