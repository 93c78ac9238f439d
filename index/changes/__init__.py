"""What a sync will change, and how it is carried out: plan, apply, report."""

from index.changes.apply import Progress
from index.changes.plan import Plan
from index.changes.report import FileReport, SyncReport

__all__ = ["FileReport", "Plan", "Progress", "SyncReport"]
