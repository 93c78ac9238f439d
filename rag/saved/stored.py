"""What was written to a file, read back as one of our types, every value in it of the kind that its field says."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from index.errors import InputError
from rag.schema import Answer

T = TypeVar("T")


def checked(kind: type[T], given: Any) -> T:
    """``given``, plain JSON types, as a ``kind``: nothing in it is missing or of another type.

    Raises ValueError, one line that names the field.
    """
    try:
        found: T = _adapter(cast(Hashable, kind)).validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return found


def answer_from_dict(row: Mapping[str, Any]) -> Answer:
    """The answer that ``Answer.to_dict`` gave. Raises ValueError, one line that names the field."""
    if not isinstance(row, Mapping):
        raise ValueError(f"an answer is an object, not {type(row).__name__}")
    names = {field.name for field in fields(Answer)}
    given = {name: value for name, value in row.items() if name in names}
    timings = row.get("timings")
    return checked(Answer, {**given, "timings": list(timings.items()) if isinstance(timings, Mapping) else timings})


def read_answer(row: Mapping[str, Any]) -> Answer:
    """A saved answer that a user handed in. Raises InputError where it is none."""
    try:
        return answer_from_dict(row)
    except ValueError as error:
        raise InputError(f"this is no saved answer of citewell: {error}") from error


@lru_cache
def _adapter(kind: Hashable) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    return adapter
