"""Question in, cited answer out."""

from rag.schema import Answer, Citation, Sentence

__all__ = ["Answer", "Citation", "Sentence"]
