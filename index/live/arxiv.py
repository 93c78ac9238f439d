"""arXiv's API: ``arxiv:cat:cs.CL AND abs:alignment`` or ids; it wants three seconds between requests.

https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.live.http import Http

_PAGE = 100
_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_TOTAL = re.compile(r"<opensearch:totalResults[^>]{0,200}>\s*(\d+)\s*<")


def pages(query: str, address: str, http: Http, limit: int) -> Iterator[str]:
    """Atom feeds of up to 100 entries each, newest first."""
    ids = re.fullmatch(rf"{_ID}(?:[\s,]+{_ID})*", query)
    asked = {"id_list": ",".join(re.split(r"[\s,]+", query))} if ids else {"search_query": query}
    start, total = 0, 1
    while start < min(total, limit):
        size = min(_PAGE, limit - start)
        order = {} if ids else {"sortBy": "submittedDate", "sortOrder": "descending"}
        params: dict[str, str | int] = {**asked, "start": start, "max_results": size, **order}
        # its servers sometimes answer with an empty feed that names a total: that page is asked for again
        feed = http.get(f"{address}/api/query", params, whole=lambda text: _whole(text, params["start"]))  # noqa: B023
        found = _TOTAL.search(feed)
        total = int(found[1]) if found else 0
        count = feed.count("<entry>") + feed.count("<entry ")
        if count:
            yield feed
        start += max(count, 1) if count < size and start + count < total else size


def _whole(text: str, start: object) -> bool:
    found = _TOTAL.search(text)
    if "</feed>" not in text or found is None:
        return False
    return "<entry" in text or int(found[1]) <= int(str(start))
