"""Hugging Face's search of papers: ``hf:alignment``; ``hf:2026-06-01`` for the papers of a day.

https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.live.http import Http

_MOST = 120


def pages(query: str, address: str, http: Http, limit: int) -> Iterator[str]:
    """One array of papers; the search gives no more than one page."""
    size = min(limit, _MOST)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", query):
        yield http.get(f"{address}/api/daily_papers", {"date": query, "limit": size}, whole=_whole)
    else:
        yield http.get(f"{address}/api/papers/search", {"q": query, "limit": size}, whole=_whole)


def _whole(text: str) -> bool:
    return text.rstrip().endswith("]")
