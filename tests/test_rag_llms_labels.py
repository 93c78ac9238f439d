"""Sentences that SmolLM2 wrote, labelled by reading them against the abstracts it was given, blind to the verdicts.

label: "supported" (all of it stands there), "contradicted" (the abstracts say otherwise), "not" (neither: invented,
garbled, or no claim). named: the passages whose markers the model set itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from conftest import ROOT

from index import Index
from rag.generate.attribute import Checked, ground
from rag.generate.passages import Passage
from rag.generate.spans import Claim
from rag.retrieve.paper_view import Views
from rag.text.words import names, numbers, words
from rag.verify.factory import get_verifier

LABELS = ROOT / "tests" / "data" / "smollm2_labels.jsonl"


@pytest.fixture(scope="module")
def checked(demo: Index) -> list[tuple[str, Checked]]:
    """Every labelled sentence with what is found for it now, held as strictly as a tiny model is."""
    verifier, found = get_verifier("local"), []
    for line in LABELS.read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        views = Views(demo).of(row["papers"]).values()
        passages = [Passage(n, view, view.usable(), (), 0.0) for n, view in enumerate(views, 1)]
        claim = Claim(row["sentence"], tuple((number, None) for number in row["named"]))
        found.append((row["label"], ground(claim, passages, verifier, demo.embedder.embed_query, recites=True)))
    return found


def test_no_contradicted_sentence_is_accepted_and_most_supported_ones_are(checked: list[tuple[str, Checked]]) -> None:
    counts = Counter((label, one.verdict == "supported") for label, one in checked)
    accepted = counts["supported", True] / (counts["supported", True] + counts["supported", False])
    print(f"supported accepted {accepted:.0%}; false accepts {counts['not', True]}: {counts}")
    assert [one.text for label, one in checked if label == "contradicted" and one.verdict == "supported"] == []
    assert accepted >= 0.7


def test_no_number_and_no_name_is_shown_as_supported_that_the_cited_spans_do_not_hold(
    checked: list[tuple[str, Checked]],
) -> None:
    for _, one in checked:
        if one.verdict == "supported":
            held = " ".join(f"{span.passage.paper.title} {span.text}" for span in one.spans)
            assert {n.replace(",", "") for n in numbers(one.text)} <= {n.replace(",", "") for n in numbers(held)}
            initials = "".join(word[0] for word in words(held))
            missing = [n for n in names(one.text) if n not in held.casefold() and n not in initials]
            assert not missing, one.text
            said = re.findall(
                r"\b([a-z]+) (?:learning|tuning|optimization|distillation|decoding|generation)\b", one.text
            )
            assert [word for word in said if word[:5] not in held.casefold()] == []
