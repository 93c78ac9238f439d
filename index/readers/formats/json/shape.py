"""Looking into JSON whose shape is anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]


def at(value: object, *path: str | int) -> Any:
    """What stands at a path of keys and places; None where there is nothing or something else."""
    for step in path:
        if isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def each(value: object, *path: str | int) -> Iterator[Any]:
    """For each member of a list, what stands at a path in it."""
    for one in value if isinstance(value, list) else ():
        if (found := at(one, *path)) is not None:
            yield found


def date_parts(value: object) -> str:
    """CSL's date: ``[[2021, 3, 1]]``, a literal or a raw text."""
    parts = at(value, "date-parts", 0)
    if isinstance(parts, list):
        texts = [str(part) for part in parts[:3] if isinstance(part, int | str) and str(part).strip()]
        return "-".join(text if place == 0 else text.zfill(2) for place, text in enumerate(texts))
    for key in ("raw", "literal", "date-time"):
        if isinstance(text := at(value, key), str):
            return text
    return value if isinstance(value, str) else ""
