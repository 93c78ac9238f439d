"""Gold questions in, scores out."""

from eval.compare import compare
from eval.dataset import load_gold
from eval.folder import Run, load_run
from eval.metrics import METRICS, RUN_METRICS
from eval.runner import run
from eval.schema import QAExample, Result, Score
from eval.summary import summarise

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
