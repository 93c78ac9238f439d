"""From question to papers and ranked sentences."""

from rag.retrieve.retriever import Retriever
from rag.retrieve.turns import read

__all__ = ["Retriever", "read"]
