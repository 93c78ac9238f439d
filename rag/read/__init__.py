"""Question and abstract looked at together: does it answer, by which sentences; do sentences support a claim?"""

from rag.read.reader import Reader, shipped
from rag.read.readings import weigh

__all__ = ["Reader", "shipped", "weigh"]
