"""What the campaigns share: steps in processes of their own, papers to index, and an index compared with a fresh one.

Nothing here opens Chroma in the process that forks: its engine has threads, which a fork would leave behind.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

WORDS = ("apples", "bananas", "cherries", "dates", "figs", "grapes", "kiwis", "lemons", "mangoes", "olives", "plums")
SECONDS = 120.0
NOISE = 2e-5  # between the scores of one vector in two graphs


def preload() -> None:
    """Import once what every child needs, so that kills hit the work itself; Chroma is not opened."""
    import chromadb_rust_bindings  # noqa: F401
    import httpx  # noqa: F401

    import index.embedding.fake
    import index.live.http
    import index.readers.files  # noqa: F401


def in_child(work: Callable[[], Any], kill_after: float | None = None) -> tuple[str, Any]:
    """Run a step in a forked process: ("done", its result), ("killed", None), ("died", signal) or ("hung", None)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        try:
            found = pickle.dumps(work())
        except BaseException as error:
            found = pickle.dumps(("traceback", f"{type(error).__name__}: {error}"[:300]))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(found)
        os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], SECONDS if kill_after is None else kill_after)
    if not ready:
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    if data:
        return "done", pickle.loads(data)
    if not ready:
        return ("hung" if kill_after is None else "killed"), None
    number = os.waitstatus_to_exitcode(status)
    return ("killed", None) if number == -signal.SIGKILL else ("died", -number)


def record(name: str, draw: random.Random) -> dict[str, str]:
    """A paper of that name; its abstract says something new each time."""
    method, other = draw.choice(WORDS), draw.choice(WORDS)
    abstract = (
        f"We study {name} with {method}. The {other} variant wins by {draw.randint(1, 99)} points. "
        f"Code for {name} is public."
    )
    return {"id": name, "title": f"On {name} and its uses", "abstract": abstract}


def write(file: Path, rows: list[dict[str, str]]) -> None:
    """The records as JSON Lines."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")


def held(place: Path) -> dict[str, Any]:
    """Everything that an index holds and finds, to be compared."""
    from index import open_index
    from index.chroma.vectors import Vectors
    from index.embedding.fake import FakeEmbedder

    with open_index(place, embedder=FakeEmbedder()) as index:
        ids = [paper.paper_id for paper in index.papers()]
        vectors = Vectors(place)
        stored = sorted(one.chunk_id for one in vectors.records())
        vectors.close()
        return {
            "papers": [(paper.paper_id, paper.abstract) for paper in index.papers()],
            "chunks": [(c.chunk_id, c.text) for one in ids for c in index.chunks(one)],
            "chroma": stored,
            "vectors": {one: rows.tobytes() for one, rows in index.windows(ids).items()},
            "sentences": {one: (found.spans, found.vectors.tobytes()) for one, found in index.sentences(ids).items()},
            "dense": [
                [(hit.chunk.chunk_id, hit.score) for hit in index.dense(index.embedder.embed_query(word), 20)]
                for word in WORDS[:5]
            ],
            "lexical": [index.lexical(f"{word} variant", 20) for word in WORDS[:5]],
        }


def _differ(found: Sequence[tuple[str, float]], fresh: Sequence[tuple[str, float]]) -> bool:
    """Whether two searches differ by more than noise; which of those as good as the last are among them is chance."""
    if len(found) != len(fresh):
        return True
    one, other, last = dict(found), dict(fresh), min((score for _, score in fresh), default=0.0)
    return any(abs(one.get(name, last) - other.get(name, last)) > NOISE for name in one.keys() | other.keys())


def compared(found: dict[str, Any], fresh: dict[str, Any]) -> dict[str, int]:
    """Papers lost, doubled or stale, and searches that differ from those of a fresh index."""
    papers, wanted = [one for one, _ in found["papers"]], {one for one, _ in fresh["papers"]}
    extra = (
        len(papers) - len(set(papers)) + len(set(papers) - wanted) + abs(len(found["chroma"]) - len(found["chunks"]))
    )
    return {
        "lost": len(wanted - set(papers)),
        "doubled": extra,
        "stale": int(found["papers"] != fresh["papers"] or found["chunks"] != fresh["chunks"]),
        "vectors_differ": int(found["vectors"] != fresh["vectors"] or found["sentences"] != fresh["sentences"]),
        "search_differs": sum(
            _differ(one, other)
            for name in ("dense", "lexical")
            for one, other in zip(found[name], fresh[name], strict=True)
        ),
    }


def report(figures: dict[str, Any], began: float) -> None:
    """One JSON line."""
    print(json.dumps(figures | {"seconds": round(time.time() - began)}))
