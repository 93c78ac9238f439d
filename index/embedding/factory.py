"""From a name to an embedding model."""

from __future__ import annotations

from index.embedding.protocol import Embedder


def get_embedder(name: str = "minilm", *, url: str | None = None) -> Embedder:
    """The embedding model of that name.

    "minilm" is the packaged default; "fake" a deterministic one for tests; with ``url``, the name of a model that an
    OpenAI-compatible endpoint serves ("model@url" in one word says the same); else the name or the folder of a
    sentence-transformers model.
    """
    if url is None and "@http" in name:
        name, _, url = name.partition("@")
    if url is not None:
        from index.embedding.openai_compatible import EndpointEmbedder

        return EndpointEmbedder(name, url)
    if name == "minilm":
        from index.embedding.minilm import MiniLM

        return MiniLM()
    if name == "fake":
        from index.embedding.fake import FakeEmbedder

        return FakeEmbedder()
    from index.embedding.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(name)
