"""Who says whether a sentence is supported, and how far they can be trusted."""

from eval.judges.agreement import Margin, VerifierReport, baselines, judge_pairs, margin, report_on
from eval.judges.claims import ClaimRate, claim_rates, strong_claims
from eval.judges.mutations import MutationReport, catch_rates
from eval.judges.pairs import load_pairs
from eval.judges.strong import Played, Row, StrongReport, play, report
from eval.judges.strong_llm import Replies, StrongLLM, read_replies
from eval.judges.trust import named_verifier

__all__ = [
    "ClaimRate",
    "Margin",
    "MutationReport",
    "Played",
    "Replies",
    "Row",
    "StrongLLM",
    "StrongReport",
    "VerifierReport",
    "baselines",
    "catch_rates",
    "claim_rates",
    "judge_pairs",
    "load_pairs",
    "margin",
    "named_verifier",
    "play",
    "read_replies",
    "report",
    "report_on",
    "strong_claims",
]
