"""The verifier: what it accepts, what it never accepts, and how it is asked for by name."""

import pytest

from index.errors import UnknownName
from rag.local_verifier import LocalVerifier
from rag.verify import Evidence, FakeVerifier, Support, Verifier, get_verifier

SPAN = "With just 3.3% of the labels, Selfie outperforms training on all labels on AlpacaEval 2.0."
CITED = (Evidence("selfie", "Aligning LLMs with Self-generated Preference Data", SPAN),)


@pytest.fixture(scope="module")
def verifier() -> LocalVerifier:
    return LocalVerifier()


def test_a_sentence_supports_itself(verifier: LocalVerifier) -> None:
    found = verifier.check(SPAN, CITED)
    assert found.verdict == "supported" and found.score > 0.9 and found.reasons == ()


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (SPAN.replace("3.3%", "33%"), "'33%'"),
        (SPAN.replace("AlpacaEval 2.0", "MT-Bench"), "'MT'"),
        ("The cat sat on the mat.", "does not say"),
    ],
)
def test_what_the_span_does_not_hold_is_unsupported_and_says_why(
    verifier: LocalVerifier, claim: str, reason: str
) -> None:
    found = verifier.check(claim, CITED)
    assert found.verdict == "unsupported" and reason in " ".join(found.reasons)


@pytest.mark.parametrize("claim", ["", "   ", "[1]", "It is."])
def test_an_empty_claim_is_unsupported(verifier: LocalVerifier, claim: str) -> None:
    assert verifier.check(claim, CITED) == Support(0.0, "unsupported", ("there is no claim",))


def test_without_evidence_nothing_is_supported(verifier: LocalVerifier) -> None:
    assert verifier.check(SPAN, ()).verdict == "unsupported"
    assert verifier.check(SPAN, (Evidence("selfie", "Selfie", " "),)).reasons == ("there is no evidence",)


def test_verifiers_by_name() -> None:
    assert isinstance(get_verifier(), LocalVerifier)
    assert isinstance(get_verifier("fake"), FakeVerifier)
    assert all(isinstance(get_verifier(name), Verifier) for name in ("local", "fake"))
    for name in ("nli", "cross-encoder", "llm-judge", "local:big"):
        with pytest.raises(UnknownName, match="valid: cross-encoder:MODEL"):
            get_verifier(name)


def test_the_fake_counts_words() -> None:
    assert FakeVerifier().check("Selfie outperforms dogs today", CITED) == Support(0.5, "supported")
