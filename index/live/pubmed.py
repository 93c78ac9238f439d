"""PubMed's E-utilities: ``pubmed:soil AND 2020[dp]``; a search for ids, then records by the hundred.

https://www.ncbi.nlm.nih.gov/books/NBK25499/
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from index.errors import ReadError
from index.live.http import Http
from index.readers.formats.json.shape import at

_PAGE = 100


def pages(query: str, address: str, http: Http, limit: int) -> Iterator[str]:
    """PubMed XML of up to 100 records each."""
    known = {"tool": "citewell", "email": os.environ.get("CITEWELL_EMAIL"), "api_key": os.environ.get("NCBI_API_KEY")}
    who = {name: value for name, value in known.items() if value}
    params: dict[str, str | int] = {"db": "pubmed", "term": query, "retmode": "json", "retmax": limit, **who}
    answer = json.loads(http.get(f"{address}/esearch.fcgi", params, whole=_found))
    if fault := at(answer, "esearchresult", "ERROR"):
        raise ReadError(f"PubMed: {fault}")
    ids = [str(one) for one in at(answer, "esearchresult", "idlist") or []][:limit]
    for start in range(0, len(ids), _PAGE):
        chosen = ids[start : start + _PAGE]
        params = {"db": "pubmed", "id": ",".join(chosen), "retmode": "xml", **who}
        yield http.get(f"{address}/efetch.fcgi", params, whole=lambda text: "</PubmedArticleSet>" in text)


def _found(text: str) -> bool:
    try:
        return isinstance(at(json.loads(text), "esearchresult"), dict)
    except ValueError:
        return False
