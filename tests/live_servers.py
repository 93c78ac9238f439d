"""A server that speaks the protocols of the live sources as their documentation describes them, faults included."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAPERS = 230


def abstract(number: int) -> str:
    return f"Plot {number} of the trial gave {number} litres a day."


def _atom(start: int, size: int) -> str:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2401.{n:05d}v1</id><published>2024-01-03T10:00:00Z</published>"
        f"<title>Paper {n}</title><summary>{abstract(n)}</summary><author><name>Ada Lovelace</name></author></entry>"
        for n in range(start, min(start + size, PAPERS))
    )
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    return f"{head}<opensearch:totalResults>{PAPERS}</opensearch:totalResults>{entries}</feed>"


def _pubmed(ids: list[str]) -> str:
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>Paper {n}</ArticleTitle>"
        f"<Abstract><AbstractText>{abstract(int(n))}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
        for n in ids
    )
    return f"<PubmedArticleSet>{records}</PubmedArticleSet>"


def _work(n: int) -> dict[str, object]:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(abstract(n).split()):
        index.setdefault(word, []).append(place)
    return {"id": f"https://openalex.org/W{n}", "display_name": f"Paper {n}", "authorships": [],
            "abstract_inverted_index": index, "publication_year": 2024}  # fmt: skip


def _item(n: int) -> dict[str, object]:
    data = {"key": f"KEY{n:05d}", "itemType": "journalArticle", "title": f"Paper {n}", "abstractNote": abstract(n),
            "collections": ["COLL0001"] if n % 2 else []}  # fmt: skip
    return {"key": data["key"], "data": data}


class Served:
    """What the server was asked, and how it is to misbehave: path -> answers to give before the right one."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.faults: dict[str, list[tuple[int, str]]] = {}
        self.stop_after: int | None = None
        self.hold_after: int | None = None  # from then on no answer comes, until it is None again
        self.url = ""


def _answer(path: str, query: dict[str, str]) -> tuple[int, str]:
    start, limit = int(query.get("start", 0)), int(query.get("limit", 0))
    if path == "/api/query":
        return 200, _atom(start, int(query["max_results"]))
    if path == "/works":
        place = 0 if query["cursor"] == "*" else int(query["cursor"])
        size = int(query["per-page"])
        works = [_work(n) for n in range(place, min(place + size, PAPERS))]
        following = str(place + size) if place + size < PAPERS else None
        return 200, json.dumps({"meta": {"count": PAPERS, "next_cursor": following}, "results": works})
    if path == "/esearch.fcgi":
        ids = [str(n) for n in range(1, 1 + min(PAPERS, int(query["retmax"])))]
        return 200, json.dumps({"esearchresult": {"count": str(PAPERS), "idlist": ids}})
    if path == "/efetch.fcgi":
        return 200, _pubmed(query["id"].split(","))
    if path == "/api/papers/search":
        papers = [
            {"paper": {"id": f"2401.{n:05d}", "title": f"Paper {n}", "summary": abstract(n)}} for n in range(limit)
        ]
        return 200, json.dumps(papers)
    if path.startswith("/10.5555/"):
        return 200, json.dumps({"type": "article-journal", "DOI": path[1:], "title": "Paper 1", "abstract": abstract(1),
                                "container-title": "J", "issued": {"date-parts": [[2024]]}})  # fmt: skip
    if path == "/api/users/0/collections":
        return 200, json.dumps([{"key": "COLL0001", "data": {"name": "Odd ones"}}])
    if path.endswith("/items/top"):
        items = [_item(n) for n in range(PAPERS) if "COLL0001" not in path or n % 2]
        return 200, json.dumps(items[start : start + limit])
    return 404, "nothing here"


@contextmanager
def serving() -> Iterator[Served]:
    """The server, on a port of its own."""
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            served.asked[parts.path] += 1
            served.agents.add(self.headers["user-agent"])
            while served.hold_after is not None and sum(served.asked.values()) > served.hold_after:
                time.sleep(0.02)
            faults = served.faults.get(parts.path, [])
            status, text = faults.pop(0) if faults else _answer(parts.path, query)
            if served.stop_after is not None and sum(served.asked.values()) > served.stop_after:
                status, text = 401, "stopped"
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", "text/plain; charset=utf-8")
            self.send_header("retry-after", "0")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked may have been killed meanwhile
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
