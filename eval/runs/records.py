"""Results and timings as JSON lines, and back. A result holds no time, so that equal runs are equal bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from eval.schema import QAExample, Result, Score, Timing
from index.schema import Chunk, ScoredChunk
from rag.schema import Answer, Cell, Citation, Nearest, Receipt, Row, Sentence, Table, Usage

UNSTABLE = ("timings", "usage")


def dump(value: dict[str, Any]) -> str:
    """One line of JSON, keys in the order of the fields, never NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def result_to_dict(result: Result) -> dict[str, Any]:
    """The result as JSON types. ``forced`` is left out where it is the answer itself."""
    row = {name: value for name, value in asdict(result).items() if name not in ("answer", "forced", "scores")}
    del row["example"]["line"]
    row["answer"] = answer_to_dict(result.answer)
    same = result.forced is None or result.forced == result.answer
    row["forced"] = "same" if same and result.forced is not None else answer_to_dict(result.forced)
    row["scores"] = {score.metric: score.value for score in result.scores}
    row["explanations"] = {score.metric: score.explanation for score in result.scores if score.explanation}
    return row


def result_from_dict(row: dict[str, Any]) -> Result:
    """The result that ``result_to_dict`` wrote."""
    example: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row["example"].items()}
    answer = answer_from_dict(row["answer"])
    why = row["explanations"]
    return Result(
        example=QAExample(**example),
        answer=answer,
        forced=answer if row["forced"] == "same" else answer_from_dict(row["forced"]),
        retrieved=tuple(row["retrieved"]),
        retrieved_chunks=tuple(row["retrieved_chunks"]),
        relevant_chunks=tuple(row["relevant_chunks"]),
        confidence=row["confidence"],
        error=row["error"],
        scores=tuple(Score(name, value, why.get(name, "")) for name, value in row["scores"].items()),
    )


def answer_to_dict(answer: Answer | None) -> dict[str, Any] | None:
    """The answer without what differs from run to run: times and usage."""
    if answer is None:
        return None
    row = {name: value for name, value in answer.to_dict().items() if name not in UNSTABLE}
    return _rounded(row)  # type: ignore[no-any-return]


def answer_from_dict(row: dict[str, Any] | None) -> Answer | None:
    """The answer that ``answer_to_dict`` wrote."""
    if row is None:
        return None
    known = {field.name for field in fields(Answer)}
    given = {name: value for name, value in row.items() if name in known}
    given["sentences"] = tuple(Sentence(**{**s, "markers": tuple(s["markers"])}) for s in row["sentences"])
    given["citations"] = tuple(Citation(**c) for c in row["citations"])
    given["contexts"] = tuple(ScoredChunk(Chunk(**c["chunk"]), c["score"], c["rank"]) for c in row["contexts"])
    given["nearest"] = tuple(Nearest(**n) for n in row["nearest"])
    given["table"] = _table(row.get("table"))
    given["unknown_markers"] = tuple(row["unknown_markers"])
    parameters = tuple((str(k), str(v)) for k, v in row["receipt"]["parameters"])
    given["receipt"] = Receipt(**{**row["receipt"], "parameters": parameters})
    return Answer(**given, usage=Usage())


def _table(row: dict[str, Any] | None) -> Table | None:
    if row is None:
        return None
    rows = (
        Row(line["name"], tuple(Cell(cell["text"], tuple(cell["markers"])) for cell in line["cells"]))
        for line in row["rows"]
    )
    return Table(tuple(row["columns"]), tuple(rows))


def timing_to_dict(timing: Timing) -> dict[str, Any]:
    """The timing as JSON types; stages become a mapping."""
    return {**asdict(timing), "stages": dict(timing.stages)}


def timing_from_dict(row: dict[str, Any]) -> Timing:
    """The timing that ``timing_to_dict`` wrote."""
    return Timing(**{**row, "stages": tuple(row["stages"].items())})


def _rounded(value: Any) -> Any:
    # six digits: the last bits of a sum depend on how many threads summed it
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
