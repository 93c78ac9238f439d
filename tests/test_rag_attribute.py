"""Which spans a claim rests on, and what becomes of it: by what it cites, by figures, by the small reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from index import Index, open_index, sync
from index.embedding.fake import FakeEmbedder
from rag.generate.attribute import Checked, ground
from rag.generate.markers import parse
from rag.generate.passages import Passage, gather
from rag.generate.spans import Claim
from rag.retrieve.retriever import Retriever
from rag.verify.clash import clash
from rag.verify.local import LocalVerifier
from rag.verify.protocol import Evidence, FakeVerifier, Support, Verifier

PAPERS = """{"id": "tea", "title": "Teapot: Brewing Models", "abstract": "Teapot cuts the word error rate by 4.5%. \
Its 350M weights fit in a kettle. It was trained on 12 GPUs."}
{"id": "cup", "title": "Teacup: Small Models", "abstract": "Teacup is trained on a laptop. Teacup reaches 88.3% \
accuracy."}
"""


@pytest.fixture(scope="module")
def passages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Passage, ...]]:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "papers.jsonl").write_text(PAPERS, encoding="utf8")
    sync([folder / "papers.jsonl"], index=folder / "index", embedder=FakeEmbedder())
    with open_index(folder / "index", embedder=FakeEmbedder()) as opened:
        found = gather(opened, look(opened), 2)
        assert [passage.paper.paper_id for passage in found] == ["tea", "cup"]
        yield found


def look(index: Index):  # type: ignore[no-untyped-def]
    return Retriever(index).look("By how much does Teapot cut the word error rate?")


@dataclass
class Asked:
    """Supports what the evidence named in ``by`` stands in for, and keeps what it was asked."""

    by: tuple[str, ...]
    name: str = "asked"
    sets: list[list[str]] = field(default_factory=list)

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Supported where all the wanted sentences are among the evidence."""
        texts = [item.text for item in evidence]
        self.sets.append(texts)
        held = all(any(part in text for text in texts) for part in self.by)
        return Support(0.8, "supported") if held else Support(0.3, "unchecked", ("a part is missing",))


def found(text: str, passages: Sequence[Passage], verifier: Verifier, recites: bool = False) -> Checked:
    read = parse(text, len(passages))
    return ground(Claim(read.text, read.cites), passages, verifier, FakeEmbedder().embed_query, recites=recites)


def places(checked: Checked) -> list[tuple[int, int]]:
    return [(span.passage.number, span.number + 1) for span in checked.spans]


def test_a_cited_sentence_is_taken_as_given(passages: tuple[Passage, ...]) -> None:
    asked = Asked(("350M",))
    checked = found("The 350 million weights fit in a kettle [1.2].", passages, asked)
    assert (places(checked), checked.verdict, checked.origin) == ([(1, 2)], "supported", "model")
    assert asked.sets == [["Its 350M weights fit in a kettle."]]


def test_another_sentence_than_the_one_cited_by_number_does_not_take_its_place(passages: tuple[Passage, ...]) -> None:
    asked = Asked(("word error",))
    checked = found("Its word error rate falls by 4.5% [1.3].", passages, asked)
    assert (places(checked), checked.verdict) == ([(1, 3)], "unchecked")
    assert asked.sets == [["It was trained on 12 GPUs."]]


def test_a_passage_alone_is_searched_for_one_sentence_then_for_several(passages: tuple[Passage, ...]) -> None:
    claim = "Teapot cuts the word error rate by 4.5% and its 350M weights fit in a kettle [1]."
    both = ("word error", "350M")
    checked = found(claim, passages, Asked(both))
    assert (checked.verdict, places(checked)) == ("supported", [(1, 1), (1, 2)])


def test_two_papers_cited_together_are_checked_together(passages: tuple[Passage, ...]) -> None:
    claim = "Teapot was trained on 12 GPUs, Teacup on a laptop"
    for cited in ("[1.3][2.1]", "[1][2]", "[1.3][2]"):
        checked = found(f"{claim} {cited}.", passages, Asked(("12 GPUs", "laptop")))
        assert (checked.verdict, {number for number, _ in places(checked)}) == ("supported", {1, 2}), cited


def test_what_cites_nothing_is_attributed_to_one_paper_or_to_none(passages: tuple[Passage, ...]) -> None:
    checked = found("Teacup reaches 88.3% accuracy.", passages, FakeVerifier())
    assert (checked.verdict, checked.origin, places(checked)) == ("supported", "attributed", [(2, 2)])
    checked = found("Bananas grow yellow in sunshine.", passages, FakeVerifier())
    assert (checked.verdict, checked.support, checked.spans) == ("unchecked", None, ())


def test_another_paper_takes_the_place_of_a_cited_one_only_where_the_model_is_held_strictly(
    passages: tuple[Passage, ...],
) -> None:
    claim = "Teacup reaches 88.3% accuracy [1]."
    assert found(claim, passages, Asked(("88.3",))).verdict == "unchecked"
    checked = found(claim, passages, Asked(("88.3",)), recites=True)
    assert (checked.verdict, checked.origin, checked.papers) == (
        "supported",
        "attributed",
        {passages[1].paper.paper_id},
    )
    assert "re-cited: the model named “Teapot" in (checked.note or "")


@pytest.mark.parametrize("marker", ["[1.3]", "[1.1]", "[1]"])
def test_another_figure_for_the_same_thing_is_contradicted_and_the_note_names_both(
    passages: tuple[Passage, ...], marker: str
) -> None:
    checked = found(f"Teapot was trained on 16 GPUs {marker}.", passages, LocalVerifier(Sure(0.5)))
    assert (checked.verdict, places(checked), checked.support) == ("contradicted", [(1, 3)], 0.0)
    assert checked.note == "it says '16', the paper '12'"


def test_a_figure_in_another_sentence_of_the_cited_passage_is_no_clash(passages: tuple[Passage, ...]) -> None:
    checked = found("Its training ran on 12 GPUs [1.1].", passages, LocalVerifier(Sure(0.5)))
    assert checked.verdict != "contradicted"


def test_a_figure_of_something_else_is_no_clash() -> None:
    sentences = [("Teapot", "Teapot was trained on 12 GPUs."), ("Teapot", "It won 3 prizes.")]
    assert clash("Teapot was trained on 16 GPUs.", sentences) == (0, "it says '16', the paper '12'")
    assert clash("Teapot was trained in 16 hours.", sentences) is None
    assert clash("Teapot won three prizes.", sentences) is None


class Sure:
    """A reader that is as sure of whatever it reads as it is told to be."""

    def __init__(self, chance: float) -> None:
        self.chance = chance

    def support(self, claims: Sequence[str], evidences: Sequence[Sequence[str]]) -> Sequence[float]:
        """The same for each."""
        return [self.chance] * len(claims)


@pytest.mark.parametrize(
    "claim",
    [
        "Yes: with this method, transcripts come out markedly cleaner than before",
        "Word errors of the Teapot system become distinctly rarer",
        "The approach thus lowers how often words get misheard",
    ],
)
def test_a_fluent_paraphrase_is_never_struck_for_its_words_alone(passages: tuple[Passage, ...], claim: str) -> None:
    doubtful = found(f"{claim} [1.1].", passages, LocalVerifier(Sure(0.02)))
    assert doubtful.verdict == "unchecked"
    sure = found(f"{claim} [1.1].", passages, LocalVerifier(Sure(0.9999)))
    assert sure.verdict == "supported"
