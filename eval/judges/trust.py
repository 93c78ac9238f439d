"""The judge is judged: how far the verifier and the scorer of a run can be trusted, kept with the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.judges.mutations import CatchRate, MutationReport, catch_rates
from eval.judges.scorers import OverlapScorer, Scorer
from rag.verify import NAMES_OF, Evidence, Support, Verifier, figures, get_verifier

if TYPE_CHECKING:
    from index.schema import Paper

SENTENCES = 30  # of the corpus, mutated for every run; `citewell eval verifier` takes more
_measured: dict[tuple[str, int], MutationReport] = {}  # the runs of a sweep share their judges and papers
SLOW = ("llm-judge",)  # each check asks a language model: hundreds of them are not part of a run


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a model that judges sentences.

    roles: "verifier" checked the answers, "scorer" the citation metrics. auroc: by group of human-labelled pairs, with
    where the figures come from. caught: mutated sentences of this corpus that it did not accept, by kind;
    false_alarms: sentences as they stand in the corpus, of ``sentences``, that it did not accept.
    """

    name: str
    roles: tuple[str, ...]
    auroc: tuple[tuple[str, float], ...] = ()
    provenance: str = ""
    caught: tuple[CatchRate, ...] = ()
    false_alarms: int = 0
    sentences: int = 0


class ScorerVerifier:
    """A scorer in the place of a verifier, so that it can be judged as one; entailment is "supported"."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    @property
    def name(self) -> str:
        """The name of the scorer."""
        return self._scorer.name

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """The scorer's view of the claim."""
        found = self._scorer.entails(claim, evidence)
        return Support(found.score, "supported" if found.entailed else "unchecked")


def named_verifier(name: str) -> Verifier:
    """A verifier by name; "overlap" is the default scorer, judged like one."""
    return ScorerVerifier(OverlapScorer()) if name == "overlap" else get_verifier(name)


def judge_judges(judges: Mapping[str, Verifier], papers: Sequence[Paper]) -> tuple[Trust, ...]:
    """What is known of the judges, given by role, on this corpus; a model in two roles comes once."""
    roles: dict[str, tuple[str, ...]] = {}
    for role, judge in judges.items():
        roles[judge.name] = (*roles.get(judge.name, ()), role)
    by_name = {judge.name: judge for judge in reversed(list(judges.values()))}
    return tuple(_judge(by_name[name], held, papers) for name, held in roles.items())


def _judge(judge: Verifier, roles: tuple[str, ...], papers: Sequence[Paper]) -> Trust:
    auroc, provenance = labelled(judge)
    if judge.name.partition(":")[0] in SLOW:
        return Trust(judge.name, roles, auroc, provenance)
    key = (judge.name, hash(tuple((paper.title, paper.abstract) for paper in papers)))
    if key not in _measured:
        _measured[key] = catch_rates(papers, judge, limit=SENTENCES)
    found = _measured[key]
    return Trust(judge.name, roles, auroc, provenance, found.rates, found.false_alarms, found.sentences)


def labelled(judge: Verifier) -> tuple[tuple[tuple[str, float], ...], str]:
    """Its AUROC by group of human-labelled pairs, as stored with its weights or measured now where that is quick."""
    command = f"citewell eval verifier --verifier {judge.name}"
    if judge.name in NAMES_OF:
        stored = figures(judge.name)
        crossed = tuple((f"{group} (cv)", value) for group, value in stored.cross_validated)
        return (*stored.held_out, *crossed), stored.provenance
    if judge.name != OverlapScorer.name:
        return (), f"AUROC on human labels: not stored, `{command}` measures it"
    from eval.judges.agreement import judge_pairs, report_on
    from eval.judges.pairs import load_pairs

    pairs = load_pairs()
    groups = report_on(pairs, judge_pairs(pairs, judge), judge.name).groups
    known = tuple((group.group, round(group.auroc, 3)) for group in groups if group.auroc is not None)
    return known, f"{command} --split all"
