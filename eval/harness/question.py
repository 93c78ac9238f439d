"""One gold question, asked and scored."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from eval.harness.setup import Setup
from eval.metrics import METRICS
from eval.runs.machine import peak_mib
from eval.schema import QAExample, Result, Timing
from rag.schema import Answer

LIMIT = 10


def one_question(setup: Setup, example: QAExample) -> tuple[Result, Timing]:
    """Ask one question and score the answer. A failure of any kind becomes the error of this question."""
    started = time.perf_counter()
    timing = Timing(example.query_id, 0.0)
    result = Result(example, None)
    try:
        result, timing = _ask(setup, example)
        scores = tuple(metric.score(result, setup.tools) for metric in METRICS.values())
        return replace(result, scores=scores), replace(timing, peak_mib=peak_mib())
    # Any assistant can be plugged in here, so any exception can come out; the run must outlive it and show it.
    except Exception as error:
        first = str(error).strip().split("\n")[0]
        failed = replace(result, error=f"{type(error).__name__}: {first}" if first else type(error).__name__)
        return failed, replace(timing, seconds=timing.seconds or time.perf_counter() - started, peak_mib=peak_mib())


def _ask(setup: Setup, example: QAExample) -> tuple[Result, Timing]:
    turns: list[Any] = []
    for earlier in example.history:
        turns.append(setup.turn(earlier, setup.assistant.ask(earlier, history=tuple(turns))))
    started = time.perf_counter()
    answer = setup.assistant.ask(example.question, history=tuple(turns))
    seconds = time.perf_counter() - started
    forced = answer
    if answer.abstained and setup.forced is not None:
        forced = setup.forced.ask(example.question, history=tuple(turns))
    papers, chunks = _retrieved(setup, example, forced)
    timing = Timing(
        example.query_id,
        seconds,
        answer.timings,
        answer.usage.prompt_tokens,
        answer.usage.completion_tokens,
        answer.usage.cost_usd,
    )
    confidence = setup.confidence(example.question, turns, forced)
    result = Result(
        example,
        answer,
        forced,
        papers,
        chunks,
        _relevant_chunks(setup, example),
        None if confidence is None else round(confidence, 6),
    )
    return result, timing


def _retrieved(setup: Setup, example: QAExample, forced: Answer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paper and chunk ids, best first: of a search; of what the composer saw where the question needs its history."""
    if example.history:
        chunks = [scored.chunk for scored in forced.contexts]
        return _unique(c.paper_id for c in chunks), _unique(c.chunk_id for c in chunks)
    hits = setup.assistant.search(example.question, limit=LIMIT).hits
    chunks = [scored.chunk for hit in hits for scored in sorted(hit.chunks, key=lambda s: -s.score)]
    return _unique(hit.paper.paper_id for hit in hits), _unique(c.chunk_id for c in chunks)


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _relevant_chunks(setup: Setup, example: QAExample) -> tuple[str, ...]:
    if not example.key_facts or example.kind == "metadata":
        return ()
    facts = re.compile("|".join(f"(?:{fact})" for fact in example.key_facts), re.IGNORECASE)
    chunks = [chunk for paper_id in example.relevant_ids for chunk in setup.chunks(paper_id)]
    return tuple(chunk.chunk_id for chunk in chunks if facts.search(chunk.text))
