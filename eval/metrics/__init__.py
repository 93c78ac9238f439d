"""The metrics: METRICS scores one question each, RUN_METRICS whole runs; small files, one a family."""

from eval.metrics.answer import ANSWER, RUN_ANSWER
from eval.metrics.base import Metric, RunMetric, Tools
from eval.metrics.citations import CITATIONS
from eval.metrics.grounding import GROUNDING
from eval.metrics.honesty import HONESTY, RUN_HONESTY
from eval.metrics.retrieval import RETRIEVAL
from eval.metrics.robustness import ROBUSTNESS

__all__ = ["METRICS", "RUN_METRICS", "Metric", "RunMetric", "Tools"]

METRICS: dict[str, Metric] = {m.name: m for m in (*RETRIEVAL, *ANSWER, *CITATIONS, *GROUNDING, *HONESTY)}
RUN_METRICS: dict[str, RunMetric] = {m.name: m for m in (*RUN_ANSWER, *RUN_HONESTY, *ROBUSTNESS)}
