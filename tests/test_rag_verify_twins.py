"""The right-paper guard: a citation moves only to a paper that supports the claim clearly better."""

import pytest

from index.schema import Paper
from rag.twins import best_spans, right_paper
from rag.verify import Evidence, FakeVerifier, Support


class Scripted:
    """Scores by paper."""

    name = "scripted"

    def __init__(self, **scores: float) -> None:
        self.scores = scores

    def check(self, claim: str, evidence: tuple[Evidence, ...]) -> Support:
        score = self.scores[evidence[0].paper_id]
        return Support(score, "supported" if score >= 0.5 else "weak" if score >= 0.25 else "unsupported")


A, B, C = (Evidence(name, f"Paper {name}", "text") for name in "abc")


@pytest.mark.parametrize(
    ("scores", "place"),
    [
        ({"a": 0.9, "b": 0.95}, 0),  # better by 0.05: not clearly
        ({"a": 0.55, "b": 0.9}, 1),  # better by 0.35
        ({"a": 0.2, "b": 0.3}, 0),  # the other does not support it either
        ({"a": 0.1, "b": 0.5}, 1),
        ({"a": 0.1, "b": 0.6, "c": 0.8}, 2),
        ({"a": 0.1, "b": 0.8, "c": 0.8}, 1),  # the first of equals
    ],
)
def test_where_a_claim_belongs(scores: dict[str, float], place: int) -> None:
    twins = [B, C][: len(scores) - 1]
    found = right_paper("claim", A, twins, Scripted(**scores))
    assert found.place == place and found.recited == (place > 0)
    if place:
        assert "Paper a" in (found.note or "") and twins[place - 1].title in (found.note or "")


def test_another_span_of_the_same_paper_is_not_another_paper() -> None:
    assert right_paper("claim", A, [A], Scripted(a=0.1)).place == 0


def test_the_best_spans_share_most_words_and_are_verbatim() -> None:
    paper = Paper("p", "T", "We study dogs. Cats sleep on warm mats. Birds fly south.")
    first, *_ = best_spans("Cats sleep on mats.", paper)
    assert first.evidence.text == "Cats sleep on warm mats."
    assert paper.abstract[first.start : first.end] == first.evidence.text
    assert best_spans("Nothing shared.", paper) == ()


def test_with_words_alone() -> None:
    cited = Evidence("a", "Paper a", "Dogs bark at night.")
    twin = Evidence("b", "Paper b", "Cats sleep on warm mats.")
    assert right_paper("Cats sleep on mats.", cited, [twin], FakeVerifier()).place == 1
