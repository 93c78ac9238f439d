"""What tokens cost, where that is known."""

from __future__ import annotations

import functools
import json
from importlib import resources

from rag.schema import Usage

FREE = ("hf", "gguf", "ollama", "scripted", "extractive")


@functools.cache
def price_list() -> dict[str, tuple[float, float]]:
    """US dollars for a million tokens in and out, by "provider:model"; prices.json says of which day."""
    stored = json.loads(resources.files("rag.llms").joinpath("prices.json").read_text(encoding="utf8"))
    return {name: (float(pair[0]), float(pair[1])) for name, pair in stored["per_million_tokens"].items()}


def cost_of(name: str, usage: Usage) -> float | None:
    """The cost in US dollars; 0 for what runs on one's own machine, None where the price is not known."""
    if name.split(":", 1)[0] in FREE:
        return 0.0
    prices = price_list().get(name)
    if prices is None:
        return None
    return round((usage.prompt_tokens * prices[0] + usage.completion_tokens * prices[1]) / 1e6, 8)
