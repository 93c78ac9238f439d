"""Embedding models, one file a kind: the packaged MiniLM, sentence-transformers, an OpenAI-compatible endpoint."""

from index.embedding.factory import get_embedder
from index.embedding.protocol import Embedder, Passage, PassageVectors, Vector

__all__ = ["Embedder", "Passage", "PassageVectors", "Vector", "get_embedder"]
