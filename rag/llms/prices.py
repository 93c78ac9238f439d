"""What tokens cost. Prices change and differ by contract, so none ship: CITEWELL_LLM_PRICE tells the one that holds."""

from __future__ import annotations

import os
import re

from index.errors import InputError
from rag.schema import Usage

VARIABLE = "CITEWELL_LLM_PRICE"
FREE = ("hf", "gguf", "ollama", "scripted", "extractive")
_PAIR = re.compile(r"\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*")


def check_price() -> tuple[float, float] | None:
    """US dollars for a million tokens in and out, as the environment tells them; None where it tells nothing."""
    told = os.environ.get(VARIABLE)
    if not told:
        return None
    pair = _PAIR.fullmatch(told)
    if pair is None:
        raise InputError(f'{VARIABLE} is "IN,OUT" in US dollars for a million tokens, such as 0.5,1.5, not {told!r}')
    return float(pair[1]), float(pair[2])


def cost_of(name: str, usage: Usage) -> float | None:
    """The cost in US dollars; 0 for what runs on one's own machine, None where the price is not told."""
    if name.split(":", 1)[0] in FREE:
        return 0.0
    price = check_price()
    if price is None:
        return None
    return round((usage.prompt_tokens * price[0] + usage.completion_tokens * price[1]) / 1e6, 8)
