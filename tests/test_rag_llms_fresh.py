"""Sentences that SmolLM2 wrote, labelled by reading each against the title and the spans it cites, blind to verdicts.

161 questions over the demo corpus, none of them used while the verifier was fitted, gave 274 sentences
(tests/data/smollm2_fresh.jsonl): 154 of 88 questions (f001 and on), later 120 of 73 others (g001 and on).
cited: the spans that the sentence cites, or the most similar one where it cites none. label: "supported" (title and
spans say all of it), "contradicted" (they say otherwise), "unsupported" (neither: invented, garbled, about another
thing, or no claim). named: whether the model itself named the paper. first: the verdict of the day, by the verifier
"nli", in the whole pipeline; here each is held against its spans alone, and one or two more pass.

On the day that they were labelled 44 of 46 supported sentences of the first were accepted, 17 of 102 unsupported and 1
of 6 contradicted ones; of the second, with the weights of that day, 27 of 36, 5 of 77 and 1 of 7 here. These are the
honest figures of that day. Since then the rules on words, titles and the sentence before are gone, the small reader is
asked too, and the verifier is "local".
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from conftest import ROOT
from llm_checks import unheld

from index import Index
from rag.generate.attribute import Checked, ground
from rag.generate.passages import Passage
from rag.generate.spans import Claim
from rag.retrieve.paper_view import Views
from rag.verify.factory import get_verifier

ROWS = [json.loads(line) for line in (ROOT / "tests" / "data" / "smollm2_fresh.jsonl").read_text("utf8").splitlines()]
Judged = list[tuple[dict[str, Any], Checked]]
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def judged(demo: Index) -> Judged:
    """Every sentence with what the default verifier and the gates before it say now, held against its spans alone."""
    verifier, views = get_verifier(), Views(demo).of({row["paper"] for row in ROWS})
    found = []
    for row in ROWS:
        view = views[row["paper"]]
        texts = [view.sentence(number) for number in range(len(view.spans))]
        passage = Passage(1, view, tuple(texts.index(quote) for quote in row["cited"]), (), 0.0)
        claim = Claim(row["sentence"], ((1, None),) * row["named"])
        found.append((row, ground(claim, [passage], verifier, demo.embedder.embed_query, recites=True)))
    print(f"verifier {verifier.name}")
    return found


def test_contradicted_sentences_are_refused_and_most_supported_ones_accepted(judged: Judged) -> None:
    counts = Counter((row["label"], one.verdict == "supported") for row, one in judged)
    for row, one in judged:
        if (row["label"] == "supported") != (one.verdict == "supported"):
            kind = "false accept" if one.verdict == "supported" else "false reject"
            print(f"{kind} {row['id']} ({row['label']}; {row.get('note', '')}): {row['sentence'][:160]}")
    print(dict(counts))
    contradicted = {row["id"] for row, one in judged if row["label"] == "contradicted" and one.verdict == "supported"}
    assert contradicted == set()
    accepted, refused = counts["supported", True], counts["supported", False]
    assert accepted >= 0.7 * (accepted + refused)


def test_what_is_accepted_holds_no_number_and_no_name_that_its_passage_does_not(judged: Judged) -> None:
    for row, one in judged:
        if one.verdict == "supported" and row["label"] != "supported":
            held = " ".join(f"{span.passage.paper.title} {span.passage.shown_text}" for span in one.spans)
            assert unheld(one.text, held) == [], one.text


def test_the_labels_are_whole() -> None:
    labels = Counter(row["label"] for row in ROWS)
    assert set(labels) == {"supported", "contradicted", "unsupported"}
    assert len(ROWS) == len({row["id"] for row in ROWS}) >= 270
    assert sum(row["first"] == "supported" for row in ROWS) >= 60
    assert len({row["question"] for row in ROWS}) >= 120
