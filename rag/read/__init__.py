"""Question and abstract looked at together: does it answer, by which sentences; do sentences support a claim?"""

from rag.read.reader import Reader, load_ahead, shipped
from rag.read.readings import weigh

__all__ = ["Reader", "load_ahead", "shipped", "weigh"]
