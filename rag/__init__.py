"""Question in, cited answer out."""

from rag.assistant import Assistant, query
from rag.question.followup import Turn
from rag.retrieve.retriever import Retriever
from rag.schema import Answer, Citation, SearchResult, Sentence

__all__ = ["Answer", "Assistant", "Citation", "Retriever", "SearchResult", "Sentence", "Turn", "query"]
