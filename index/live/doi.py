"""Works by their DOI: ``doi:10.5555/a, 10.5555/b``; doi.org hands on to whoever registered them.

https://citation.crosscite.org/docs.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from index.errors import ReadError
from index.live.http import Http
from index.readers.entries import identifiers as ids

_CSL = "application/vnd.citationstyles.csl+json"


def pages(query: str, address: str, http: Http, limit: int) -> Iterator[str]:
    """One work in CSL-JSON each."""
    for text in [one for part in query.split() for one in part.split(",") if one][:limit]:
        name = ids.doi(text)
        if name is None:
            raise ReadError(f"{text!r} is no DOI")
        yield http.get(f"{address}/{quote(name, safe='/()')}", headers={"accept": _CSL}, whole=_whole)


def _whole(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
