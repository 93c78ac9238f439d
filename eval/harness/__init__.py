"""Run a set-up over gold questions."""

from eval.harness.build import named_judge, named_scorer
from eval.harness.leave_out import leave_out
from eval.harness.settings import SETTINGS, parse_settings

__all__ = ["SETTINGS", "leave_out", "named_judge", "named_scorer", "parse_settings"]
