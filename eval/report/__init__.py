"""From results to tables, plots and pages."""

from eval.report.compare import Difference, compare, parse_metrics
from eval.report.html import write_report
from eval.report.summary import Row, failures, summarise
from eval.report.thresholds import misses, parse_thresholds

__all__ = [
    "Difference",
    "Row",
    "compare",
    "failures",
    "misses",
    "parse_metrics",
    "parse_thresholds",
    "summarise",
    "write_report",
]
