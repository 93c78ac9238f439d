"""Gold questions in, scores out."""

from eval.gold.dataset import load_gold
from eval.harness.runner import run
from eval.metrics import METRICS, RUN_METRICS
from eval.report.compare import compare
from eval.report.summary import summarise
from eval.runs.folder import Run, load_run
from eval.schema import QAExample, Result, Score

__all__ = [
    "METRICS",
    "QAExample",
    "RUN_METRICS",
    "Result",
    "Run",
    "Score",
    "compare",
    "load_gold",
    "load_run",
    "run",
    "summarise",
]
