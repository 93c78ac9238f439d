"""Who says whether a sentence is supported, and how far they can be trusted."""

from eval.judges.agreement import Margin, VerifierReport, baselines, judge_pairs, margin, report_on
from eval.judges.mutations import MutationReport, catch_rates
from eval.judges.pairs import load_pairs
from eval.judges.strong import Played, Row, StrongLLM, StrongReport, play, report
from eval.judges.trust import named_verifier

__all__ = [
    "Margin",
    "MutationReport",
    "Played",
    "Row",
    "StrongLLM",
    "StrongReport",
    "VerifierReport",
    "baselines",
    "catch_rates",
    "judge_pairs",
    "load_pairs",
    "margin",
    "named_verifier",
    "play",
    "report",
    "report_on",
]
