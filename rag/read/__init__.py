"""Question and abstract looked at together: does it answer, by which sentences; do sentences support a claim?"""

from rag.read.evidence import weigh
from rag.read.reader import Reader, shipped

__all__ = ["Reader", "shipped", "weigh"]
