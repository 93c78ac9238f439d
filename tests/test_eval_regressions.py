"""Comparison of real runs: it finds regressions that were planted, and keeps its error rate where there is none."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from eval import Run, compare, load_gold, run
from eval.gold.dataset import sample
from eval.harness.build import build_setup
from eval.harness.settings import parse_settings
from eval.judges.mutations import negate
from index import Index, open_index, sync
from index.embedding.fake import FakeEmbedder
from rag.llms import ScriptedLLM
from rag.llms.base import Request

SEVERAL = ("comparison", "list", "several")
Score = Callable[..., Run]


def cards(folder: Path, shift: int) -> Index:
    """A real index of the demo corpus with a quick embedder; each title has the abstract ``shift`` papers on."""
    lines = (ROOT / "index/corpus/cards.jsonl").read_text(encoding="utf8").splitlines()
    rows = [json.loads(line) for line in lines]
    texts = [row["summary"] for row in rows]
    for row, text in zip(rows, texts[shift:] + texts[:shift], strict=True):
        row["summary"] = text
    folder.mkdir()
    file = folder / "papers.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
    sync([file], index=folder / "index", embedder=FakeEmbedder())
    return open_index(folder / "index", embedder=FakeEmbedder())


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    """Scores a set-up on the development questions that need several papers, and on a sample of the others; once."""
    folder = tmp_path_factory.mktemp("runs")
    gold = load_gold(split="dev")
    others = replace(gold, examples=tuple(e for e in gold.examples if e.kind not in (*SEVERAL, "followup")))
    chosen = {e.query_id for e in sample(others, 24).examples}
    gold = replace(gold, examples=tuple(e for e in gold.examples if e.kind in SEVERAL or e.query_id in chosen))
    indexes = {shift: cards(folder / f"cards{shift}", shift) for shift in (0, 37)}
    known: dict[tuple[object, ...], Run] = {}

    def scored(*given: str, shift: int = 0, script: Callable[[Request], str] | None = None) -> Run:
        key = (given, shift, script)
        if key not in known:
            settings = parse_settings(["abstain=off", *given])
            llm = None if script is None else ScriptedLLM(script)
            setup = replace(build_setup(settings, index=indexes[shift], llm=llm), judges=tuple)
            known[key] = run(gold, settings, out=folder / str(len(known)), setup=setup)
            assert not [result.error for result in known[key].results if result.error]
        return known[key]

    return scored


def careless(request: Request) -> str:
    """A model that quotes the first passage: a sentence as it is, and the negation of the first that can be negated."""
    shown = re.findall(r"^1\.(\d+) (.*)$", request.messages[-1].content, re.MULTILINE)
    (_, first), *rest = [(number, text.rstrip(".")) for number, text in shown]
    found = ((changed, number) for number, one in rest if (changed := negate(one, random.Random(0))))
    denied, number = next(found, ("", ""))
    return f"{first} [1.1]. {denied} [1.{number}]." if denied else f"{first} [1.1]."


def worse(a: Run, b: Run) -> set[str]:
    return {one.metric for one in compare(a, b) if one.worse}


def test_one_paper_instead_of_five_is_found(score: Score) -> None:
    assert "context_recall" in worse(score(), score("top_k=1"))


def test_a_shuffled_index_is_found(score: Score) -> None:
    assert {"recall@5", "mrr@10", "context_recall"} <= worse(score(), score(shift=37))


def test_a_verifier_that_is_off_is_found(score: Score) -> None:
    given = ("policy=drop", "fallback=off")
    found = worse(score(*given, "verifier=local", script=careless), score(*given, "verifier=off", script=careless))
    assert "citation_recall" in found and "recall@5" not in found


def swapped(a: Run, b: Run, draw: random.Random) -> tuple[Run, Run]:
    """Two runs of which neither is better: the results of each question change places at random."""
    pairs = [(x, y) if draw.random() < 0.5 else (y, x) for x, y in zip(a.results, b.results, strict=True)]
    return replace(a, results=tuple(x for x, _ in pairs)), replace(b, results=tuple(y for _, y in pairs))


def test_of_100_null_pairs_of_real_scores_at_most_10_are_flagged(score: Score) -> None:
    good, bad = score(), score("retriever=dense")  # the fake embedder sees little: these two are far apart
    assert len(worse(good, bad)) >= 3
    draw = random.Random(11)
    flagged = 0
    for number in range(100):
        a, b = swapped(good, bad, draw)
        flagged += any(one.significant for one in compare(a, b, seed=number))
    assert flagged <= 10
