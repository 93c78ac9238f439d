"""Results and timings as JSON lines, and back. A result holds no time, so that equal runs are equal bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from eval.schema import Result, Score, Timing
from rag.saved import answer_from_dict, checked
from rag.schema import Answer

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
    """The result that ``result_to_dict`` wrote. Raises ValueError or KeyError where a value is missing or wrong."""
    given = {field.name: row[field.name] for field in fields(Result)}
    given["answer"] = _stable(row["answer"])
    given["forced"] = given["answer"] if row["forced"] == "same" else _stable(row["forced"])
    why = row["explanations"]
    given["scores"] = [Score(name, value, why.get(name, "")) for name, value in row["scores"].items()]
    return checked(Result, given)


def answer_to_dict(answer: Answer | None) -> dict[str, Any] | None:
    """The answer without what differs from run to run: times and usage."""
    if answer is None:
        return None
    row = {name: value for name, value in answer.to_dict().items() if name not in UNSTABLE}
    return _rounded(row)  # type: ignore[no-any-return]


def _stable(row: dict[str, Any] | None) -> Answer | None:
    return None if row is None else answer_from_dict({**row, "usage": {}, "timings": {}})


def timing_to_dict(timing: Timing) -> dict[str, Any]:
    """The timing as JSON types; stages become a mapping."""
    return {**asdict(timing), "stages": dict(timing.stages)}


def timing_from_dict(row: dict[str, Any]) -> Timing:
    """The timing that ``timing_to_dict`` wrote. Raises ValueError where a value is missing or of another kind."""
    return checked(Timing, {**row, "stages": tuple(row["stages"].items())})


def _rounded(value: Any) -> Any:
    # six digits: the last bits of a sum depend on how many threads summed it
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
