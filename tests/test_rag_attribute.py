"""Which supported verdicts stand: a verifier that says yes to everything, held back by what the sentence adds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import Index, open_index, sync
from index.embedding.fake import FakeEmbedder
from rag.generate.attribute import Span, check, ground
from rag.generate.passages import gather
from rag.retrieve.retriever import Retriever
from rag.verify.protocol import Evidence, Support

TITLE = "Teapot: Brewing Language Models"
ABSTRACT = "Teapot cuts the word error rate by 4.5% on long recordings. Its 350M weights fit in a kettle."
PAPER = f'{{"id": "tea", "title": "{TITLE}", "abstract": "{ABSTRACT}"}}\n'


class Yes:
    """A verifier that supports whatever it is asked, as sure as it is told to be."""

    name = "yes"

    def __init__(self, score: float) -> None:
        self.score = score

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Supported, with the given score."""
        return Support(self.score, "supported")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("papers")
    (folder / "papers.jsonl").write_text(PAPER, encoding="utf8")
    sync([folder / "papers.jsonl"], index=folder / "index", embedder=FakeEmbedder())
    return open_index(folder / "index", embedder=FakeEmbedder())


def verdict(index: Index, text: str, score: float) -> tuple[str, str | None]:
    (passage,) = gather(index, Retriever(index).look("word error rate of Teapot"), 1)
    support = check(text, (Span(passage, 0),), Yes(score))
    return support.verdict, next(iter(support.reasons), None)


@pytest.mark.parametrize("score", [0.6, 0.95])
def test_the_words_of_the_span_and_of_its_title_stand(index: Index, score: float) -> None:
    assert verdict(index, "Teapot cuts the word error rate by 4.5%.", score) == ("supported", None)
    assert verdict(index, "The language models of Teapot cut the word error rate.", score) == ("supported", None)


def test_only_a_verifier_that_is_sure_may_take_many_words_for_others(index: Index) -> None:
    paraphrase = "Teapot reduces the word error rate by 4.5% on lengthy recordings, substantially."
    assert verdict(index, paraphrase, 0.95) == ("supported", None)
    assert verdict(index, paraphrase, 0.6) == (
        "unchecked",
        "the cited text does not hold: reduces, lengthy, substantially",
    )
    denied = "Teapot never reduces the word error rate on lengthy recordings, substantially."
    assert verdict(index, denied, 0.95)[0] == "unchecked"


def test_two_new_words_in_a_row_stand_at_no_score(index: Index) -> None:
    assert verdict(index, "Teapot cuts emission time by 4.5% on long recordings.", 0.99) == (
        "unchecked",
        "the cited text does not hold: emission, time",
    )
    assert (
        verdict(index, "Teapot cuts the word error rate by 4.5% on long noisy phone recordings.", 0.99)[0]
        == "unchecked"
    )


def test_a_title_alone_is_no_claim(index: Index) -> None:
    for text in (TITLE, f"Title: {TITLE}.", "Teapot: Brewing"):
        assert verdict(index, text, 0.99) == ("unchecked", "it is the title of the paper and claims nothing")
    assert verdict(index, f"{TITLE} cuts the word error rate.", 0.99)[0] == "supported"


def test_a_number_written_otherwise_is_no_new_word(index: Index) -> None:
    assert verdict(index, "It cuts 4.5 percent.", 0.6) == ("supported", None)
    assert verdict(index, "It cuts 5.4 percent.", 0.6)[0] == "unchecked"


class Surer(Yes):
    """Supports everything, and by the first sentence of the paper more than by the second."""

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Supported, by 0.8 from the first sentence and 0.7 from the second."""
        return Support(0.8 if "recordings" in evidence[0].text else 0.7, "supported")


def test_a_span_that_stands_goes_before_a_higher_score_that_does_not(index: Index) -> None:
    passages = gather(index, Retriever(index).look("word error rate of Teapot"), 1)
    claim = "The 350 million weights of Teapot fit in a kettle."
    found = ground(claim, [1], passages, Surer(1.0), index.embedder.embed_query)
    assert (found.verdict, [span.number for span in found.spans]) == ("supported", [1])


def test_next_to_nothing_said_in_a_new_word_stands_at_no_score(index: Index) -> None:
    for text in ("Teapot is good.", "Teapot models are new.", "The recordings are popular.", "Teapot works."):
        assert verdict(index, text, 0.99)[0] == "unchecked", text
    assert verdict(index, "The recordings are long.", 0.6)[0] == "supported"


class Both:
    """A verifier that supports what two spans are cited for, and nothing else."""

    name = "both"

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Supported where two spans are given."""
        return Support(0.7, "supported") if len(evidence) == 2 else Support(0.4, "unchecked", ("one is not enough",))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Lion beats Adam in FID on diffusion models, and reaches 88.3% in contrastive learning.", "supported"),
        ("In contrastive learning, Lion beats Adam in FID with less compute.", "unchecked"),
        ("Lion reaches 88.3% on diffusion models with less compute.", "unchecked"),
    ],
)
def test_two_spans_hold_a_part_each_and_not_one_statement_made_of_both(tmp_path: Path, text: str, verdict: str) -> None:
    abstract = (
        "On diffusion models, Lion beats Adam in FID with less compute. In contrastive learning, Lion reaches 88.3%."
    )
    (tmp_path / "papers.jsonl").write_text(f'{{"title": "Symbolic Discovery", "abstract": "{abstract}"}}\n', "utf8")
    sync([tmp_path / "papers.jsonl"], index=tmp_path / "index", embedder=FakeEmbedder())
    with open_index(tmp_path / "index", embedder=FakeEmbedder()) as opened:
        passages = gather(opened, Retriever(opened).look("Lion beats Adam in FID"), 1)
        found = ground(text, [1], passages, Both(), FakeEmbedder().embed_query)
    assert (found.verdict, len(found.spans)) == (verdict, 2 if verdict == "supported" else 1)
