"""Text on its way to the page: Markdown and the evidence's template show it and nothing of it comes to life."""

from __future__ import annotations

import re

import pytest
from chat_payloads import PAYLOADS

from rag.schema import Sentence
from ui.web.answer import sentences
from ui.web.escaping import markdown, template
from ui.web.formulas import TAGS


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"is $\alpha < 1$", "is <math><mrow><mi>α</mi><mo>&lt;</mo><mn>1</mn></mrow></math>"),
        (r"$x_i$", "<math><mrow><msub><mi>x</mi><mi>i</mi></msub></mrow></math>"),
        (r"$\text{<b>}$", "<math><mrow><mtext>&lt;b&gt;</mtext></mrow></math>"),
        (r"$\href{javascript:x}{y}$", "<math><mrow><mrow><mrow><mi>y</mi></mrow></mrow></mrow></math>"),
        ("costs $5 and $6", "costs &#36;5 and &#36;6"),
    ],
)
def test_the_evidence_sets_formulas_and_takes_no_markup_from_them(text: str, shown: str) -> None:
    assert template({"text": text}) == {"text": shown}
    assert "<" not in template({"href": text})["href"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_within_a_formula_stays_text(payload: str) -> None:
    made = template({"text": rf"$\text{{{payload}}}$ and $\class{{{payload}}}{{x}}$ and ${payload}$"})["text"]
    assert set(re.findall(r"<(/?[^>]*)>", made)) <= {f"{end}{tag}" for tag in TAGS for end in ("", "/")}


def test_a_contradicted_sentence_is_struck_and_says_why() -> None:
    wrong = Sentence("Tea is cold.", (), None, "contradicted", "model", "the paper says hot")
    unsure = Sentence("Tea is old.", (), None, "unchecked", "model")
    assert sentences((wrong, unsure), (), 1) == [
        "~~Tea is cold.~~ *(contradicted by its source: the paper says hot)*",
        "Tea is old. *(not checked)*",
    ]
