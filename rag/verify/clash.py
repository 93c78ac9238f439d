"""Another figure for the same thing: what contradicts a claim beyond doubt."""

from __future__ import annotations

from collections.abc import Sequence

from rag.verify.checks.facts.numbers import missing_quantities, read_quantities
from rag.verify.checks.words import clean


def clash(claim: str, sentences: Sequence[tuple[str, str]]) -> tuple[int, str] | None:
    """Which of the sentences, each with its title, gives another figure, and a note; None where none does.

    A figure of the claim clashes where it stands nowhere in the sentences, and one of the same kind counts the same
    there. A figure that merely stands nowhere is no clash: it may have been worked out.
    """
    claim = clean(claim)
    texts = [clean(text) for _, text in sentences]
    whole = clean(" ".join(f"{title}. {text}" for title, text in sentences))
    for quantity in missing_quantities(claim, whole):
        for at, text in enumerate(texts):
            for other in read_quantities(text):
                if other.kind == quantity.kind and other.kind != "ordinal" and other.counted & quantity.counted:
                    return at, f"it says {quantity.text!r}, the paper {other.text!r}"
    return None
