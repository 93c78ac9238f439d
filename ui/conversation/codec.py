"""Exchanges as JSON and back: what the store of conversations keeps."""

from __future__ import annotations

import json
from dataclasses import asdict

from index.errors import InputError
from rag.saved import checked
from ui.conversation.state import Exchange


def to_json(exchange: Exchange) -> str:
    """The exchange as JSON."""
    return json.dumps(asdict(exchange), ensure_ascii=False)


def from_json(text: str) -> Exchange:
    """The exchange that the JSON holds, every value of the kind that its field says."""
    try:
        return checked(Exchange, json.loads(text))
    except ValueError as error:
        raise InputError(f"this exchange was kept in a form that can no longer be read: {error}") from error
