"""What becomes of a sentence that its citations do not support: flagged, dropped, or replaced by a quote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from index.errors import UnknownName
from rag.generate.attribute import Checked

Policy = Literal["flag", "drop", "extract"]
CLOSE = 0.25  # a quote that supports a sentence less than this does not come close to it
POLICIES: tuple[Policy, ...] = get_args(Policy)


def check_policy(name: str) -> Policy:
    """The policy of that name."""
    for policy in POLICIES:
        if policy == name:
            return policy
    raise UnknownName("policy", name, POLICIES)


def _flag(sentence: Checked) -> Checked | None:
    return sentence


def _drop(sentence: Checked) -> Checked | None:
    return sentence if sentence.verdict == "supported" else None


def _extract(sentence: Checked) -> Checked | None:
    """The quote that comes closest takes its place, where one comes close at all."""
    if sentence.verdict == "supported":
        return sentence
    if (sentence.support or 0.0) < CLOSE or not sentence.spans:
        return None
    quote, note = sentence.spans[0], "replaced by the quote that comes closest"
    return Checked(quote.text, (quote,), 1.0, "supported", "recited", note)


ACTIONS: dict[Policy, Callable[[Checked], Checked | None]] = {"flag": _flag, "drop": _drop, "extract": _extract}


def act(policy: Policy, sentence: Checked) -> Checked | None:
    """The sentence as it may be shown; None where it may not."""
    return ACTIONS[policy](sentence)
