"""The judge is judged: figures worked out by hand, pairs read and refused, mutations that change one thing."""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from eval.fit.verifiers import fit, probabilities
from eval.judges.agreement import auroc, judge_pairs, margin, reliability, report_on
from eval.judges.claims import CitedClaim, ClaimRate, claim_rates, strong_claims
from eval.judges.mutations import catch_rates, exchange, mutations, negate, swap_name, swap_number, turn_round
from eval.judges.pairs import LabelledPair, load_pairs
from index import Index
from index.errors import InputError
from index.schema import Paper
from rag.verify.protocol import Evidence, FakeVerifier, Support
from rag.verify.weights import FEATURES, NAMES_OF, figures

RNG = random.Random(0)


def pair(number: int, supported: bool, group: str = "x", source: str = "own") -> LabelledPair:
    return LabelledPair(str(number), source, "dev", group, "A Title", "the claim", "the passage", supported)


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # supported 0.9, 0.4; unsupported 0.5, 0.1: right orders 0.9>0.5, 0.9>0.1, 0.4>0.1; wrong 0.4<0.5 -> 3/4
    assert auroc([0.9, 0.4, 0.5, 0.1], [True, True, False, False]) == 0.75
    # ties count one half: 0.5=0.5 -> 1/2
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.5, 0.5], [True, True]) is None


def test_auroc_agrees_with_the_library_on_random_scores() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random_scores = np.random.default_rng(3)
    for _ in range(20):
        scores, labels = random_scores.integers(0, 9, 40) / 8, random_scores.random(40) < 0.4
        assert auroc(scores, labels) == pytest.approx(metrics.roc_auc_score(labels, scores))


def test_the_report_by_hand() -> None:
    pairs = [pair(1, True, "paraphrase"), pair(2, True, "paraphrase"), pair(3, False, "number"), pair(4, False, "role")]
    said = [Support(0.9, "supported"), Support(0.3, "unchecked"), Support(0.2, "unchecked"), Support(0.8, "supported")]
    report = report_on(pairs, said, "v")
    # accepted 1 of 2 supported, caught 1 of 2 unsupported
    assert (report.accepted, report.caught, report.balanced_accuracy) == (0.5, 0.5, 0.5)
    # own: 0.9>0.2, 0.9>0.8, 0.3>0.2 right, 0.3<0.8 wrong; number: both above 0.2; role: one of two above 0.8
    assert [(g.group, g.auroc) for g in report.groups] == [("own", 0.75), ("own: number", 1.0), ("own: role", 0.5)]
    # bins of one pair each: |0.9-1| + |0.3-1| + |0.2-0| + |0.8-0| = 1.8, over four pairs
    assert report.calibration_error == pytest.approx(1.8 / 4)


def test_reliability_bins_hold_every_pair_once() -> None:
    bins = reliability(np.array([0.0, 0.05, 0.95, 1.0]), np.array([False, True, True, True]))
    assert [(b.pairs, b.share_supported) for b in bins] == [(2, 0.5), (2, 1.0)]
    assert bins[1].mean_score == pytest.approx(0.975)


def test_the_margin_over_a_baseline() -> None:
    pairs = [pair(n, n % 2 == 0, source="ab"[n // 20]) for n in range(40)]
    right = np.array([1.0 if p.supported else 0.0 for p in pairs])
    found = margin(pairs, right, np.full(40, 0.5), "chance", resamples=50)
    assert found.difference == 0.5 and found.low > 0.4 and [row[0] for row in found.by_source] == ["a", "b"]
    assert margin(pairs, right, right, "itself", resamples=50).high == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no labelled pairs"),
        ("{", "line 1: not JSON"),
        ('{"format": "citewell-gold", "version": 1}', "expected citewell-verifier-pairs"),
        ('{"id": "1", "source": "s", "claim": "c", "passage": "p"}', "'supported'"),
        ('{"id": "1", "source": "s", "claim": "c", "passage": "p", "supported": "yes"}', "true or false"),
    ],
)
def test_broken_pairs_give_a_clear_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(text, encoding="utf8")
    with pytest.raises(InputError, match=message):
        load_pairs(file)
    with pytest.raises(InputError, match="cannot read"):
        load_pairs(tmp_path / "none.jsonl")


def test_the_bundled_pairs_have_equal_shares_of_each_kind() -> None:
    counts = {split: Counter(p.group for p in load_pairs(split=split)) for split in ("dev", "test")}
    assert counts["dev"] + counts["test"] == {
        "paraphrase": 210, "number": 42, "name": 42, "negation": 42, "direction": 42, "role": 42,
    }  # fmt: skip
    for kind, number in counts["dev"].items():  # halves by paper, so all but equal
        assert abs(number - counts["test"][kind]) <= 2
    assert not {p.title for p in load_pairs(split="dev")} & {p.title for p in load_pairs(split="test")}
    assert all(p.supported == (p.group == "paraphrase") for p in load_pairs())


def test_each_mutation_changes_one_thing() -> None:
    sentence = "ADPA outperforms the baseline by 4.5% on MT-Bench and is cheap."
    assert swap_number(sentence, RNG) not in (None, sentence) and swap_number("No figure here.", RNG) is None
    assert negate(sentence, RNG) == "ADPA outperforms the baseline by 4.5% on MT-Bench and is not cheap."
    assert negate("It is not so.", RNG) is None
    assert swap_name("ADPA works.", RNG, ["ADPA", "KTO"]) == "KTO works."
    assert turn_round(sentence, RNG) == sentence.replace("outperforms", "underperforms")
    words = "teachers train students while critics judge writers"
    assert sorted((exchange(words, RNG) or "").split()) == sorted(words.split())


def papers() -> list[Paper]:
    bodies = ["ADPA improves the alignment of small models by 4.5% over three strong baselines.",
              "KTO needs a binary signal and is simpler than other methods of preference optimization."]  # fmt: skip
    return [Paper(f"p{n}", f"Title {n}", body) for n, body in enumerate(bodies)]


def test_mutations_are_the_same_for_the_same_seed_and_hold_every_kind() -> None:
    made = mutations(papers(), seed=4)
    assert made == mutations(list(reversed(papers())), seed=4)
    kinds = {m.kind for m in made}
    assert kinds >= {"number", "negation", "name", "direction", "role", "other paper", "citation dropped"}


def test_catch_rates_count() -> None:
    report = catch_rates(papers(), FakeVerifier())
    rates = {rate.kind: (rate.made, rate.caught) for rate in report.rates}
    assert rates["citation dropped"] == (2, 2) and rates["other paper"] == (2, 2)
    assert rates["negation"] == (1, 0)  # counting words cannot see a "not"
    assert (report.sentences, report.false_alarms) == (2, 0)


def test_judging_keeps_the_order_and_tells_progress() -> None:
    seen: list[tuple[int, int]] = []
    judge_pairs([pair(1, True), pair(2, False)], FakeVerifier(), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]


def test_the_fit_keeps_the_signs_and_leaves_out_what_is_settled() -> None:
    pytest.importorskip("sklearn")
    pairs = [pair(n, n % 2 == 0) for n in range(40)]
    supported = np.array([float(one.supported) for one in pairs])
    table = np.zeros((40, len(FEATURES)))
    table[:, 0] = 2 * supported + np.tile([0.0, 0.5], 20)
    table[:, FEATURES.index("negation")] = supported  # a conflict that speaks for support is refused
    table[-1] = np.nan
    model = fit(table, pairs, FEATURES)
    assert model.weights[0] > 0 and model.weights[FEATURES.index("negation")] == 0
    assert probabilities(table, model)[-1] == 0


def test_the_stored_weights_name_every_feature() -> None:
    stored = json.loads((Path(__file__).parent.parent / "rag" / "fitted" / "verifier.json").read_text(encoding="utf8"))
    assert {name: tuple(kept["model"]["features"]) for name, kept in stored.items()} == NAMES_OF
    for name in NAMES_OF:
        assert "of our pairs" in figures(name).provenance and dict(figures(name).cross_validated)["own"] > 0.8


def test_the_command_prints_every_figure(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from ui.cli import create_app

    rows = [json.dumps({"pair_id": str(n), "split": "test", "kind": kind, "title": "T", "claim": claim,
                        "span": "KTO gains 4.5% on two tasks.", "supported": kind == "paraphrase"})
            for n, (kind, claim) in enumerate([("paraphrase", "KTO gains 4.5 percent on 2 tasks."),
                                               ("number", "KTO gains 5.4% on two tasks.")])]  # fmt: skip
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(rows), encoding="utf8")
    command = ["eval", "verifier", "--pairs", str(file), "--sentences", "6", "--baselines", "--verifier", "local"]
    done = CliRunner().invoke(create_app(), command)
    assert done.exit_code == 0, done.output
    for part in ("own: number", "balanced accuracy", "1.000", "reliability", "word recall", "false alarms", "negation"):
        assert part in done.output


def test_claims_of_strong_models_are_held_against_what_they_cite(demo: Index) -> None:
    claims = strong_claims(demo.papers(), "dev")
    assert len(claims) > 120 and not [claim for claim in claims if "[" in claim.text]
    assert {claim.kind for claim in claims} >= {"true", "number", "names_swapped", "direction", "overclaim"}
    abstracts = {paper.paper_id: paper.abstract for paper in demo.papers()}
    assert all(item.text in abstracts[item.paper_id] for claim in claims for item in claim.evidence)
    evidence = (Evidence("p", "", "a b"),)
    given = [CitedClaim(text, evidence, kind) for text, kind in (("a b", "true"), ("x y", "number"), ("a y", "number"))]
    rates = claim_rates([*given, CitedClaim("z", evidence, "number")], FakeVerifier())
    assert rates == (ClaimRate("true", 1, 1), ClaimRate("number", 3, 1))
    assert strong_claims((), "dev") == () == strong_claims(demo.papers(), "train")
