"""Exchanges as JSON and back: what the store of conversations keeps."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from index.errors import InputError
from ui.conversation.state import Exchange


def to_json(exchange: Exchange) -> str:
    """The exchange as JSON."""
    return json.dumps(asdict(exchange), ensure_ascii=False)


def from_json(text: str) -> Exchange:
    """The exchange that the JSON holds; fields that an older or newer citewell knew are filled in or left out."""
    try:
        made: Exchange = _built(Exchange, json.loads(text))
        return made
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError("this exchange was kept in a form that can no longer be read") from error


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    """The value as one of that type: dataclasses from mappings, tuples from lists, everything else as it is."""
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, Mapping):
            raise TypeError(f"no {kind.__name__}")
        hints = _hints(kind)
        given = {one.name: _built(hints[one.name], value[one.name]) for one in fields(kind) if one.name in value}
        return kind(**given)
    inner = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        held = [one for one in inner if one is not type(None)]
        return value if value is None or len(held) != 1 else _built(held[0], value)
    if get_origin(kind) is tuple:
        items = list(value)
        parts = [inner[0]] * len(items) if inner[-1:] == (...,) else list(inner)
        return tuple(_built(part, item) for part, item in zip(parts, items, strict=True))
    if get_origin(kind) is Literal and value not in inner:
        raise ValueError(f"{value!r} is none of {inner}")
    return value
