"""The verifier: what it accepts, what it never accepts, and how it is asked for by name."""

import json
import time

import pytest
from conftest import ROOT

from index.cut.sentences import split_sentences
from index.errors import ModelUnavailable, UnknownName
from rag.verify.factory import get_verifier
from rag.verify.local import LocalVerifier
from rag.verify.protocol import Evidence, FakeVerifier, Support, Verifier

SPAN = "With just 3.3% of the labels, Selfie outperforms training on all labels on AlpacaEval 2.0."
CITED = (Evidence("selfie", "Aligning LLMs with Self-generated Preference Data", SPAN),)


@pytest.fixture(scope="module")
def verifier() -> LocalVerifier:
    return LocalVerifier()


def test_a_sentence_supports_itself(verifier: LocalVerifier) -> None:
    found = verifier.check(SPAN, CITED)
    assert found.verdict == "supported" and found.score == 0.98 and found.reasons == ()


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (SPAN.replace("3.3%", "33%"), "'33%'"),
        (SPAN.replace("AlpacaEval 2.0", "MT-Bench"), "'MT'"),
        ("The cat sat on the mat.", "does not say this"),
    ],
)
def test_what_the_span_does_not_hold_is_unsupported_and_says_why(
    verifier: LocalVerifier, claim: str, reason: str
) -> None:
    found = verifier.check(claim, CITED)
    assert found.verdict != "supported" and reason in " ".join(found.reasons)


def test_what_the_span_only_asks_is_not_supported_however_alike(verifier: LocalVerifier) -> None:
    asked = (Evidence("debate", "Debate", "Whether debate scales to long tasks remains unknown."),)
    found = verifier.check("Debate scales to long tasks.", asked)
    assert (found.verdict, found.reasons) == ("unchecked", ("the cited text asks this and does not say it",))


@pytest.mark.parametrize("claim", ["", "   ", "[1]", "It is."])
def test_an_empty_claim_is_unsupported(verifier: LocalVerifier, claim: str) -> None:
    assert verifier.check(claim, CITED) == Support(0.0, "unchecked", ("there is no claim",))


def test_without_evidence_nothing_is_supported(verifier: LocalVerifier) -> None:
    assert verifier.check(SPAN, ()).verdict == "unchecked"
    assert verifier.check(SPAN, (Evidence("selfie", "Selfie", " "),)).reasons == ("there is no evidence",)


def test_verifiers_by_name() -> None:
    assert type(get_verifier("local")) is LocalVerifier
    assert isinstance(get_verifier("fake"), FakeVerifier)
    assert all(isinstance(get_verifier(name), Verifier) for name in ("local", "fake"))
    with pytest.raises(ModelUnavailable, match="big holds no entailment model"):
        get_verifier("nli:big")
    for name in ("cross-encoder", "llm-judge", "local:big"):
        with pytest.raises(UnknownName, match="valid: auto, cross-encoder:MODEL"):
            get_verifier(name)


def test_the_fake_counts_words() -> None:
    assert FakeVerifier().check("Selfie outperforms dogs today", CITED) == Support(0.5, "supported")


CARD = (
    "ADPA uses the advantage function of the aligned teacher as a reward signal for the student. "
    "In experiments ADPA outperforms DCKD by 4.5% on MT-Bench, and it does not need a reward model."
)
ADPA = (Evidence("adpa", "Advantage-Guided Distillation for Preference Alignment", CARD),)


@pytest.mark.parametrize(
    "claim",
    [
        "ADPA beats DCKD by 4.5 percent on MT-Bench.",
        "The advantage function of the aligned teacher serves ADPA as a reward signal for the student.",
        "ADPA needs no reward model.",
    ],
)
def test_a_paraphrase_is_supported(verifier: LocalVerifier, claim: str) -> None:
    assert verifier.check(claim, ADPA).verdict == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "ADPA beats DCKD by 5.4 percent on MT-Bench.",
        "ADPA beats KTO by 4.5 percent on MT-Bench.",
        "ADPA beats DCKD by 4.5% on AlpacaEval.",
        "DCKD outperforms ADPA by 4.5% on MT-Bench.",
        "ADPA underperforms DCKD by 4.5% on MT-Bench.",
        "In experiments ADPA needs a reward model and outperforms DCKD by 45% on MT-Bench.",
        "ADPA does not outperform DCKD on MT-Bench.",
        "Cats sleep on warm mats all day.",
    ],
)
def test_one_thing_changed_is_not_supported(verifier: LocalVerifier, claim: str) -> None:
    assert verifier.check(claim, ADPA).verdict != "supported"


@pytest.mark.parametrize("noise", ["The weather in Lisbon is mild.", "Bananas are rich in potassium."])
def test_text_beside_the_point_does_not_raise_support(verifier: LocalVerifier, noise: str) -> None:
    for claim in ("ADPA beats DCKD by 4.5 percent on MT-Bench.", "ADPA was trained on four GPUs."):
        plain = verifier.check(claim, ADPA).score
        assert verifier.check(claim, (*ADPA, Evidence("noise", "Noise", noise))).score <= plain + 0.02


def test_formatting_does_not_matter(verifier: LocalVerifier) -> None:
    plain = verifier.check("ADPA beats DCKD by 4.5% on MT-Bench.", ADPA)
    assert verifier.check("**ADPA** beats DCKD by `4.5%` on MT-Bench [1].", ADPA) == plain


def test_every_sentence_of_the_demo_cards_supports_itself(verifier: LocalVerifier) -> None:
    cards = [json.loads(line) for line in (ROOT / "index/corpus/cards.jsonl").read_text(encoding="utf8").splitlines()]
    spans = [(c["title"], c["summary"][a:b]) for c in cards[:40] for a, b in split_sentences(c["summary"])]
    unsure = [t for title, t in spans if verifier.check(t, (Evidence("p", title, t),)).verdict != "supported"]
    assert unsure == []


TERMS = ("reinforcement learning", "instruction tuning", "preference optimization", "text generation",
         "knowledge distillation", "image captioning", "contrastive learning", "data selection")  # fmt: skip


def test_a_term_in_lower_case_hardly_ever_takes_the_place_of_another(verifier: LocalVerifier) -> None:
    cards = [json.loads(line) for line in (ROOT / "index/corpus/cards.jsonl").read_text(encoding="utf8").splitlines()]
    spans = [(c["title"], c["summary"][a:b]) for c in cards for a, b in split_sentences(c["summary"])]
    tried, accepted = 0, list[str]()
    for title, text in spans:
        for term in TERMS:
            for other in ("policy regression", "video segmentation", "speech translation"):
                if term in text and not set(other.split()) & set(f"{title} {text}".lower().split()):
                    found = verifier.check(text.replace(term, other), (Evidence("p", title, text),))
                    accepted += [text.replace(term, other)] * (found.verdict == "supported")
                    tried += 1
    assert tried > 20 and len(accepted) <= 0.1 * tried, accepted


@pytest.mark.parametrize(
    "claim",
    [
        "Instruction tuning trains the policy.",
        "The policy is trained by supervised fine-tuning.",
        "It is prompted for video editing.",
        "The policy is prompted for video editing.",
        "It is prompted for image captioning.",
        "The policy is trained with imitation learning and prompted for image editing.",
        "It does text summarization.",
    ],
)
def test_the_reader_sees_that_half_a_term_is_another(claim: str) -> None:
    span = "The policy is trained with reinforcement learning and prompted for image editing."
    verifier = get_verifier("local")
    assert verifier.check(claim, (Evidence("p", "", span),)).verdict != "supported"
    assert verifier.check("Reinforcement learning trains it.", (Evidence("p", "", span),)).verdict == "supported"


def test_scores_stay_in_range_and_caps_hold(verifier: LocalVerifier) -> None:
    found = verifier.check(SPAN.replace("3.3%", "3.4%"), CITED)
    assert 0 <= found.score < verifier.threshold / 2 and found.verdict == "contradicted"


def test_a_warm_check_takes_milliseconds(verifier: LocalVerifier) -> None:
    verifier.check(SPAN, CITED)
    start = time.perf_counter()
    for _ in range(20):
        verifier.check(SPAN, CITED)
    assert (time.perf_counter() - start) / 20 < 0.05  # a wide bound: machines are shared
