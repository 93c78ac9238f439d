"""A running Zotero, by its local API: ``zotero:`` for the library, ``zotero:NAME`` for one of its collections.

https://www.zotero.org/support/dev/web_api/v3/basics
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.errors import ReadError
from index.live.http import Http
from index.readers.formats.json.shape import at

_PAGE = 100
_HEADERS = {"zotero-api-version": "3"}


def pages(query: str, address: str, http: Http, limit: int) -> Iterator[str]:
    """Arrays of up to 100 items each; an item names its collections, so that a filter by source finds them."""
    user = f"{address}/api/users/0"
    names = {at(one, "key"): str(at(one, "data", "name")) for one in _all(f"{user}/collections", http, 10_000)}
    base = user
    if query:
        key = next((key for key, name in names.items() if query in (key, name)), None)
        if key is None:
            raise ReadError(
                f"Zotero has no collection {query!r}; it has: {', '.join(sorted(names.values())) or 'none'}"
            )
        base = f"{user}/collections/{key}"
    items = list(_all(f"{base}/items/top", http, limit))
    for start in range(0, len(items), _PAGE):
        chosen = items[start : start + _PAGE]
        for item in chosen:
            held = at(item, "data", "collections")
            if isinstance(held, list):
                item["data"]["citewellSources"] = [f"zotero:{names[key]}" for key in held if key in names]
        yield json.dumps(chosen)


def _all(url: str, http: Http, limit: int) -> Iterator[Any]:
    """Every member of a list that comes in pages."""
    start = 0
    while start < limit:
        size = min(_PAGE, limit - start)
        text = http.get(url, {"format": "json", "limit": size, "start": start}, headers=_HEADERS, whole=_whole)
        found = json.loads(text)
        yield from (one for one in found if isinstance(one, dict))
        start += len(found)
        if len(found) < size:
            return


def _whole(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except ValueError:
        return False
