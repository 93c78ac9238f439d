"""OpenAlex: ``openalex:soil carbon`` searches, ``openalex:authorships.author.id:A50,type:review`` filters.

https://docs.openalex.org/how-to-use-the-api/get-lists-of-entities/paging
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

from index.live.http import Http
from index.readers.formats.json.shape import at

_PAGE = 100


def pages(query: str, address: str, http: Http, limit: int) -> Iterator[str]:
    """Answers of up to 100 works each, by cursor."""
    filters = re.fullmatch(r"[\w.]+:[^\s,]+(?:,[\w.]+:[^\s,]+)*", query)
    asked = {"filter": query} if filters else {"search": query}
    if email := os.environ.get("CITEWELL_EMAIL"):
        asked["mailto"] = email
    cursor, seen = "*", 0
    while cursor and seen < limit:
        text = http.get(
            f"{address}/works", {**asked, "per-page": min(_PAGE, limit - seen), "cursor": cursor}, whole=_whole
        )
        answer = json.loads(text)
        works = at(answer, "results")
        if not isinstance(works, list) or not works:
            return
        seen += len(works)
        yield text
        following = at(answer, "meta", "next_cursor")
        cursor = following if isinstance(following, str) and following != cursor else ""


def _whole(text: str) -> bool:
    try:
        return isinstance(at(json.loads(text), "results"), list)
    except ValueError:
        return False
