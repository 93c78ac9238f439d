"""The hard checks and the softer ones, with claims and spans written for the purpose."""

import re

import pytest

from rag.verify.checks.facts.names import missing_names, read_names
from rag.verify.checks.facts.numbers import missing_quantities, read_quantities
from rag.verify.checks.meaning.certainty import dropped_hedge, uncertain
from rag.verify.checks.meaning.direction import direction_conflict
from rag.verify.checks.meaning.negation import negation_conflict
from rag.verify.checks.meaning.parity import parity_conflict
from rag.verify.checks.meaning.roles import best_exchange
from rag.verify.checks.words import clean


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("90%", 90, "%"),
        ("90 percent", 90, "%"),
        ("8B parameters", 8e9, ""),
        ("8 billion parameters", 8e9, ""),
        ("280K hours", 280e3 * 3600, "time"),
        ("570 ms", 0.57, "time"),
        ("twenty-two tasks", 22, ""),
        ("two hundred", 200, ""),
        ("one million", 1e6, ""),
        ("1,234.5 points", 1234.5, "%"),
        ("third", 3, "ordinal"),
        ("tenfold", 10, "times"),
        ("half", 50, "%"),
        ("half a dozen tasks", 6, ""),
        ("nine tenths of it", 90, "%"),
        ("the 55B-parameter model", 55e9, ""),
    ],
)
def test_quantities_are_read(text: str, value: float, kind: str) -> None:
    (found,) = read_quantities(clean(text))
    assert found.value == pytest.approx(value) and found.kind == kind


def test_digits_of_names_are_no_quantities_and_ranges_share_their_unit() -> None:
    assert read_quantities("GPT-4, LLaMA-65B, 3D scenes and SD v1.5") == ()
    assert [(q.value, q.kind) for q in read_quantities("by 8-12% and from 17 to 28 percent")] == [
        (8, "%"), (12, "%"), (17, "%"), (28, "%"),
    ]  # fmt: skip


def test_a_number_that_counts_nothing_is_no_count_of_a_list() -> None:
    lists = "It constructs preference data and trains the model."
    assert missing_quantities("It has two parts.", lists) == ()
    assert [q.text for q in missing_quantities("Step 2: Constructing preference data", lists)] == ["2"]


def test_an_acronym_of_the_evidence_holds_the_term_that_it_abbreviates() -> None:
    assert missing_names("Reinforcement learning helps.", "RL helps.") == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It saves 90 percent.", "It saves 90%."),
        ("A model of 8 billion parameters.", "A model with 8B parameters."),
        ("It has 2 stages.", "It has two stages."),
        ("About 24% remain.", "23.8% remain."),
        ("It covers three tasks: parsing, tagging and search.", "It covers tagging, search and parsing."),
        ("It is twice as fast.", "It is 2x as fast."),
        ("Half of them agree.", "50% of them agree."),
        ("It has 55 billion parameters.", "The 55B-parameter model."),
        ("It gains a little over 20 percent.", "It gains 20.29%."),
        ("Nearly 90% go.", "88.7% go."),
        ("About a sixth of it stays.", "16.7% stays."),
        ("The plan is made a second time.", "The plan is made again."),
        ("The second stage is tagging.", "The stages are parsing, tagging and search."),
        ("It has three parts.", "It combines parsing (P), tagging (T) and search (S)."),
        ("One risk is drift, the other is noise.", "The two risks are drift and noise."),
        ("It is right half as often.", "The other is right twice as often."),
        ("A learning rate of 0.0001.", "A learning rate of 1e-4."),
        ("A weight decay of 0.003.", "A weight decay of $3 \\times 10^{-3}$."),
        ("It falls by about 3.5%.", "It falls by $\\sim$3.5\\%."),
        ("It needs four gigabytes.", "It needs 4 GB."),
        ("It is six times as fast.", "It is faster by a factor of about six."),
        ("It loses no more than 20%.", "It loses less than 20%."),
    ],
)
def test_a_number_may_be_written_differently(claim: str, evidence: str) -> None:
    assert missing_quantities(clean(claim), clean(evidence)) == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It gains 5.4%.", "It gains 4.5%."),
        ("It takes 570 s.", "It takes 570 ms."),
        ("A 70B model.", "A 7B model."),
        ("It has three stages.", "It has two stages: plan and act."),
        ("It gains 20%.", "It gains 20 in score."),
        ("On 21 benchmarks.", "On 12 benchmarks."),
        ("It is the second stage.", "It is the third stage."),
        ("It gains over 20 percent.", "It gains 19.8%."),
        ("Nearly 90% go.", "91% go."),
        ("It is the fifth stage.", "The stages are parsing, tagging and search."),
        ("It is right half as often.", "The other is right three times as often."),
        ("LLaMA with 7 billion parameters.", "The 13B-parameter LLaMA."),
        ("A learning rate of 1e-5.", "A learning rate of 1e-4."),
        ("A weight decay of 10^{-3}.", "A weight decay of 10^{-2}."),
        ("It improves by a factor of 6.", "It improves by 6 percentage points."),
        ("It helps in at least 60% of the cases.", "It helps in up to 60% of the cases."),
        ("It loses no more than 20%.", "It loses 21%."),
        ("It takes under 5 s.", "It takes more than 5 s."),
    ],
)
def test_another_number_is_missing(claim: str, evidence: str) -> None:
    assert len(missing_quantities(clean(claim), clean(evidence))) == 1


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The LLMs learn.", "Large language models learn."),
        ("LLM's answers", "the answers of LLMs"),
        ("Then large language models learn.", "Then LLMs learn."),
        ("We use Small Language Models.", "SLMs are used."),
        ("It beats ChatGPT.", "It beats Chat-GPT."),
        ("GPT-4-based judges agree.", "Judges based on GPT-4 agree."),
        ("With T2I models.", "With text-to-image models."),
        ("It uses LLaMA 2 7B.", "It uses Llama-2-7B."),
        ("RL-based methods", "methods with RL"),
    ],
)
def test_a_name_may_be_written_differently(claim: str, evidence: str) -> None:
    assert missing_names(clean(claim), clean(evidence)) == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "name"),
    [
        ("It beats GPT-4.", "It beats GPT-3.5.", "GPT-4"),
        ("Results on MATH.", "Results on GSM8K.", "MATH"),
        ("Trained with KTO.", "Trained with Direct Preference Optimization (DPO).", "KTO"),
        ("Inspired by the Tsallis entropy.", "Inspired by the Renyi entropy.", "Tsallis"),
        ("It uses LLaMA-65B.", "It uses LLaMA-7B.", "LLaMA-65B"),
        ("Gemini wrote the captions.", "GPT-4 wrote the captions.", "Gemini"),
    ],
)
def test_another_name_is_missing(claim: str, evidence: str, name: str) -> None:
    assert [found.text for found in missing_names(clean(claim), clean(evidence))] == [name]


def test_sizes_and_ordinary_openings_are_no_names() -> None:
    assert read_names("The 8B model gains 3.3% in 570ms. However it works") == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The loss is not stable.", "The loss is stable."),
        ("The model never refuses questions.", "The model refuses questions."),
        ("It works with labels.", "It works without labels."),
        ("It fails to improve recall.", "It improves recall."),
    ],
)
def test_a_denial_is_seen(claim: str, evidence: str) -> None:
    assert negation_conflict(clean(claim), clean(evidence)) > 0.5
    assert negation_conflict(clean(evidence), clean(evidence)) == 0


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("No labels are needed.", "It needs no labels."),
        ("The step is unnecessary.", "The step is not necessary."),
        ("It is not only fast but accurate.", "It is fast and accurate."),
        ("Memoryless models suffice.", "Models without memory suffice."),
        ("It has received no attention.", "It has received little attention."),
    ],
)
def test_a_denial_said_otherwise_is_no_conflict(claim: str, evidence: str) -> None:
    assert negation_conflict(clean(claim), clean(evidence)) <= 0.5


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Alpha underperforms Beta on recall.", "Alpha outperforms Beta on recall."),
        ("Beta outperforms Alpha on recall.", "Alpha outperforms Beta on recall."),
        ("Alpha is outperformed by Beta on recall.", "Alpha outperforms Beta on recall."),
        ("Training increases the memory of the model.", "Training reduces the memory of the model."),
        ("Alpha gives lower recall than Beta.", "Alpha gives higher recall than Beta."),
        ("Alpha is less effective than Beta.", "Alpha is more effective than Beta."),
    ],
)
def test_a_comparison_turned_round_is_seen(claim: str, evidence: str) -> None:
    assert direction_conflict(clean(claim), clean(evidence))[0] > 0.5


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Beta is outperformed by Alpha on recall.", "Alpha outperforms Beta on recall."),
        ("Beta gives lower recall than Alpha.", "Alpha gives higher recall than Beta."),
        ("Beta does not surpass Alpha on recall.", "Alpha surpasses Beta on recall."),
        ("More than 90% of the cost is saved.", "Greater than 90% of the cost is saved."),
        ("Alpha saves over 85 percent of the overhead.", "Alpha cuts the overhead by more than 85%."),
        ("Memory use rises little by little.", "Memory use grows gradually."),
    ],
)
def test_a_comparison_said_otherwise_is_no_conflict(claim: str, evidence: str) -> None:
    assert direction_conflict(clean(claim), clean(evidence))[0] == 0


def test_exchanged_parts_are_found() -> None:
    evidence = "Smaller reward models guide larger policy models, and teachers grade students."
    found = best_exchange("Larger reward models guide smaller policy models.", evidence)
    assert found.gain > 1 and set(found.parts or ()) == {"smaller", "larger"}
    assert best_exchange(evidence, evidence).gain == 0


@pytest.mark.parametrize(
    ("claim", "evidence", "conflict"),
    [
        ("A closely matches B on C.", "A matches D on long context and outperforms B on C.", True),
        ("A outperforms B on C.", "A is on par with B on C.", True),
        ("A matches D on long context.", "A matches D on long context and outperforms B on C.", False),
        ("A matches B.", "A matches or exceeds B.", False),
        ("A surpasses B.", "B is beaten by A; A exceeds B.", False),
        ("A matches E.", "A outperforms B.", False),
        ("A is a method.", "A outperforms B.", False),
    ],
)
def test_as_good_as_is_not_better(claim: str, evidence: str, conflict: bool) -> None:
    spelled = {"A": "Alpha", "B": "Beta", "C": "Gamma", "D": "Delta", "E": "Epsilon"}
    claim, evidence = (re.sub(r"\b[A-E]\b", lambda m: spelled[m[0]], text) for text in (claim, evidence))
    assert parity_conflict(claim, evidence) is conflict


@pytest.mark.parametrize(
    ("claim", "evidence", "surer"),
    [
        ("Debate scales to long tasks.", "Whether debate scales to long tasks remains unknown.", True),
        (
            "It is unknown whether debate scales to long tasks.",
            "Whether debate scales to long tasks is unknown.",
            False,
        ),
        (
            "Debate scales to tasks.",
            "We ask whether debate scales to tasks, and find that debate scales to them.",
            False,
        ),
        ("The data have been released.", "The data will be released.", True),
        ("The data will be released.", "The data will be released.", False),
        ("The code was released.", "We released the code and will release the data.", False),
        ("The results prove that noise hurts.", "The results suggest that noise may hurt.", True),
        ("The authors prove that noise hurts.", "We prove a bound, which suggests that noise may hurt.", False),
        ("All agents recover.", "Some agents recover.", True),
        ("Every agent recovers.", "Most agents recover from it.", True),
        ("All agents recover.", "Some agents recover at once, but all of them do.", False),
        ("Some agents recover.", "Some agents recover.", False),
        ("Agents always recover.", "Agents recover on GridWorld.", True),
        ("Agents always recover.", "Agents recover on all tasks.", False),
        ("Fatigue causes label noise.", "Fatigue correlates with label noise.", True),
        ("Label noise is due to fatigue.", "Fatigue is associated with label noise.", True),
        ("Fatigue causes label noise.", "Fatigue leads to label noise, with which sleep correlates.", False),
        ("Label noise is associated with fatigue.", "Fatigue correlates with label noise.", False),
    ],
)
def test_a_claim_is_not_surer_than_its_evidence(claim: str, evidence: str, surer: bool) -> None:
    assert (uncertain(clean(claim), clean(evidence)) is not None) is surer


@pytest.mark.parametrize(
    ("claim", "hedge"),
    [
        ("Tea helps.", "may"),
        ("Tea probably helps.", None),  # less sure in another word
        ("Tea might help.", None),
    ],
)
def test_a_hedge_of_the_cited_text_is_missed(claim: str, hedge: str | None) -> None:
    assert dropped_hedge(claim, "Tea may help.") == hedge
    assert dropped_hedge(claim, "Tea helps.") is None
