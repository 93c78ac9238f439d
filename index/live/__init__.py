"""Sources on the network, contacted only when a user names one: ``arxiv:…``, ``pubmed:…`` and the like."""

from index.live.source import LIMIT, SCHEMES, is_live, read_live

__all__ = ["LIMIT", "SCHEMES", "is_live", "read_live"]
