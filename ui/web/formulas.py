"""Formulas as MathML, which browsers set by themselves: for the evidence, which is HTML and not Markdown."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

NAMES = """math mrow mi mo mn mtext mspace msub msup msubsup mfrac msqrt mroot munder mover munderover mtable mtr mtd
    mpadded mphantom mstyle menclose mmultiscripts mprescripts none"""
TAGS = frozenset(NAMES.split())
VARIANTS = frozenset(("normal", "bold", "italic", "bold-italic"))


def mathml(formula: str, escape: Callable[[str], str]) -> str | None:
    """The formula as MathML; None where it cannot be read.

    The tree that latex2mathml makes is written out here and not by it: it leaves what stands in \\text{…} as it is,
    markup too, and takes attributes from the formula. Of its tags those of MathML stay, of its attributes one.
    """
    from latex2mathml.converter import convert_to_element

    try:
        return _written(convert_to_element(formula), escape)
    except Exception:  # a formula of a paper may be anything; the text itself is shown then
        return None


def _written(element: Any, escape: Callable[[str], str]) -> str:
    tag = element.tag if element.tag in TAGS else "mrow"
    variant = element.get("mathvariant")
    attribute = f' mathvariant="{variant}"' if variant in VARIANTS else ""
    inside = escape(html.unescape(element.text or "")) + "".join(_written(one, escape) for one in element)
    return f"<{tag}{attribute}>{inside}</{tag}>" + escape(html.unescape(element.tail or ""))
