"""Text on its way to the page: Markdown and the evidence's template show it and nothing of it comes to life."""

from __future__ import annotations

import re

import pytest
from chat_payloads import PAYLOADS

from rag.schema import Sentence
from ui.web.answer import sentences
from ui.web.escaping import markdown, template


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c", "a &#60; b &#38; c"),
        ("1. first", "1&#46; first"),
        ("- item", "&#45; item"),
        ("costs $5 and $6", "costs &#36;5 and &#36;6"),
        ("5$ to 6$ a cup", "5&#36; to 6&#36; a cup"),
        (r"is $\alpha < 1$ here", r"is \(\alpha &lt; 1\) here"),
        (r"$$x^2$$", r"\(x^2\)"),
        (r"\(y_1\)", r"\(y_1\)"),
        ("two\nlines", "two lines"),
    ],
)
def test_markdown_shows_what_stands_there(text: str, shown: str) -> None:
    assert markdown(text) == shown


def test_emphasis_is_read_where_a_model_wrote_it_and_nowhere_else() -> None:
    assert markdown("**very** `fast`", emphasis=True) == "**very** <code>fast</code>"
    assert "**" not in markdown("**very**") and "<code>" not in markdown("`fast`")
    assert markdown("`<img>` **<b>**", emphasis=True).count("<") == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_keeps_a_sign_that_markdown_or_a_template_reads(payload: str) -> None:
    outside = re.sub(r"\\\(.*?\\\)", "", markdown(payload))
    assert not re.search(r"[<>\[\]`*_{}|\\]", outside) and "&lt;" not in outside
    shown = template({"a": [payload], "n": 1, "on": True})
    assert shown["n"] == 1 and shown["on"] is True
    assert not re.search(r"[<>`$\\{\"']", shown["a"][0])


def test_a_contradicted_sentence_is_struck_and_says_why() -> None:
    wrong = Sentence("Tea is cold.", (), None, "contradicted", "model", "the paper says hot")
    unsure = Sentence("Tea is old.", (), None, "unchecked", "model")
    assert sentences((wrong, unsure), (), 1) == [
        "~~Tea is cold.~~ *(contradicted by its source: the paper says hot)*",
        "Tea is old. *(not checked)*",
    ]
