"""Chroma finds what comparing with every vector finds, at every size, near duplicates among the vectors."""

from pathlib import Path

import numpy as np
import pytest

from index.chroma.vectors import Record, Vectors

NEAREST = 80
QUESTIONS = 60


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def near_duplicates(count: int, seed: int) -> np.ndarray:
    """Vectors around some centres, closer and less close: versions of one abstract, and papers on one subject."""
    draw = np.random.default_rng(seed)
    centres = unit(draw.normal(size=(max(8, count // 40), 384)))
    spread = draw.choice([0.02, 0.1, 0.5, 1.0], size=(count, 1))
    return unit(centres[draw.integers(0, len(centres), count)] + spread * unit(draw.normal(size=(count, 384))))


def found_again(rows: np.ndarray, questions: np.ndarray, folder: Path) -> float:
    """The share of the exact nearest that Chroma finds, over two openings of the folder."""
    Vectors(folder).upsert([Record(str(number), row) for number, row in enumerate(rows)])
    exact = np.argsort(-(questions @ rows.T), axis=1, kind="stable")[:, :NEAREST]
    hits = []
    for _ in range(2):
        vectors = Vectors(folder)
        for question, nearest in zip(questions, exact, strict=True):
            found = {int(one) for one, _ in vectors.query(question, NEAREST)}
            hits.append(len(found & set(nearest.tolist())) / NEAREST)
        vectors.close()
    return float(np.mean(hits))


@pytest.mark.parametrize("count", [127, 2_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_chroma_finds_the_exact_nearest(count: int, tmp_path: Path) -> None:
    rows = near_duplicates(count, seed=count)
    questions = unit(rows[:QUESTIONS] + 0.7 * unit(np.random.default_rng(1).normal(size=(QUESTIONS, 384))))
    assert found_again(rows, questions, tmp_path) >= 0.999


@pytest.mark.long
def test_chroma_finds_the_exact_nearest_of_cranfield(shared: Path, tmp_path: Path) -> None:
    import json

    from index import Passage, get_embedder

    folder, model = shared / "bench" / "cranfield", get_embedder()
    papers = [json.loads(line) for line in (folder / "papers.jsonl").read_text(encoding="utf8").splitlines()[:600]]
    asked = [json.loads(line)["text"] for line in (folder / "queries.jsonl").read_text(encoding="utf8").splitlines()]
    found = model.embed_passages([Passage(one["title"], one["abstract"]) for one in papers])
    questions = np.stack([model.embed_query(text) for text in asked])
    assert found_again(np.stack([one.window for one in found]), questions, tmp_path) >= 0.999


def test_a_search_among_chosen_records_is_complete(tmp_path: Path) -> None:
    rows = near_duplicates(2_000, seed=5)
    vectors = Vectors(tmp_path)
    vectors.upsert([Record(str(number), row) for number, row in enumerate(rows)])
    for size in (1, 7, 90, 1_000):
        chosen = np.random.default_rng(size).permutation(len(rows))[:size]
        best = chosen[np.argsort(-(rows[chosen] @ rows[3]), kind="stable")[:NEAREST]]
        found = [int(one) for one, _ in vectors.query(rows[3], NEAREST, [str(number) for number in chosen])]
        assert len(found) == len(best)
        assert len(set(found) & set(best.tolist())) >= 0.999 * len(best)
    vectors.close()
