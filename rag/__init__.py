"""Question in, cited answer out."""

from rag.assistant import Assistant, SearchResult, query
from rag.condense import Turn
from rag.retriever import Retriever
from rag.schema import Answer, Citation, Sentence

__all__ = ["Answer", "Assistant", "Citation", "Retriever", "SearchResult", "Sentence", "Turn", "query"]
