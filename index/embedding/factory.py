"""From a name to an embedding model."""

from __future__ import annotations

from pathlib import Path

from index import confirmed
from index.embedding.protocol import Embedder

MULTILINGUAL = ("multilingual", "multilingual-e5-small")  # as a user and as an index names it


def get_embedder(name: str = "minilm", *, url: str | None = None) -> Embedder:
    """The embedding model of that name.

    "minilm" is the packaged default, for English; "multilingual" a small one for a hundred languages, of the extra
    ``multilingual``; "fake" a deterministic one for tests; with ``url``, the name of a model that an
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
    if name in MULTILINGUAL:
        from index.embedding.multilingual import MultilingualE5

        return MultilingualE5()
    if name == "fake":
        from index.embedding.fake import FakeEmbedder

        return FakeEmbedder()
    from index.embedding.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(name)


def embedder_of(index: Path, name: str) -> Embedder:
    """The model that an index names. A server that the user has never named is not contacted, nothing is fetched."""
    if "@http" in name:
        from index.embedding.openai_compatible import EndpointEmbedder, key_given

        model, _, url = name.partition("@")
        confirmed.check("embedding", url, index)
        return EndpointEmbedder(model, url, key=confirmed.key_for(url, key_given()))
    if name in ("minilm", "fake", *MULTILINGUAL):
        return get_embedder(name)
    from index.embedding.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(name, fetch=False)
