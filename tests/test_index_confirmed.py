"""An address that only stands in an index folder is not contacted; a key goes where it was given for. Real servers."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from test_index_sync import write

from index import get_embedder, locations, open_index, sync
from index.embedding.fake import FakeEmbedder
from index.errors import IndexProblem, ModelUnavailable


class Server(ThreadingHTTPServer):
    """Answers with embeddings, and keeps what each request was authorised with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked.append(self.headers.get("Authorization"))
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        rows = [{"index": place, "embedding": [1.0, float(len(text))]} for place, text in enumerate(texts)]
        body = json.dumps({"data": rows}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.server.asked.append("GET")
        self.send_error(404)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def made(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose passages that server embedded, by a user who gave it a key."""
    monkeypatch.setenv("CITEWELL_EMBEDDING_KEY", "first-key")
    papers = write(tmp_path / "fruit.jsonl", "apples", "bananas")
    sync([papers], index=tmp_path / "index", embedder=get_embedder("m", url=server.url))
    assert set(server.asked) == {"Bearer first-key"}
    server.asked.clear()
    return tmp_path / "index"


def test_the_users_own_server_is_asked_with_the_key_that_was_given_for_it(server: Server, made: Path) -> None:
    with open_index(made) as index:
        index.embedder.embed_query("apples")
    assert set(server.asked) == {"Bearer first-key"}


def test_another_key_does_not_go_there(server: Server, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_EMBEDDING_KEY", "of-another-server")
    with open_index(made) as index:
        index.embedder.embed_query("apples")
    assert set(server.asked) == {None}
    monkeypatch.setenv("CITEWELL_EMBEDDING_URL", server.url)
    with open_index(made) as index:
        index.embedder.embed_query("apples")
    assert server.asked[-1] == "Bearer of-another-server"


def test_an_index_from_elsewhere_gets_neither_question_nor_key(
    server: Server, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (locations.home() / "addresses.json").unlink()
    for call in (lambda: open_index(made), lambda: sync([tmp_path / "fruit.jsonl"], index=made)):
        with pytest.raises(IndexProblem, match=rf"names the server {server.url}, which you have not named yourself"):
            call()
    monkeypatch.setenv("CITEWELL_EMBEDDING_URL", "http://127.0.0.1:1/v1")
    with pytest.raises(IndexProblem, match="have not named"):
        open_index(made)
    assert server.asked == []
    monkeypatch.setenv("CITEWELL_EMBEDDING_URL", server.url + "/")
    with open_index(made) as index:
        index.embedder.embed_query("apples")
    assert server.asked


def test_a_planted_chroma_address_is_not_called(server: Server, tmp_path: Path) -> None:
    papers = write(tmp_path / "fruit.jsonl", "apples", "bananas")
    place = tmp_path / "index"
    sync([papers], index=place, embedder=FakeEmbedder())
    connection = sqlite3.connect(place / "citewell.sqlite3")
    connection.execute("INSERT INTO meta VALUES ('chroma_url', ?)", (server.url.removesuffix("/v1"),))
    connection.commit()
    connection.close()
    for call in (
        lambda: open_index(place, embedder=FakeEmbedder()),
        lambda: sync([papers], index=place, embedder=FakeEmbedder()),
    ):
        with pytest.raises(IndexProblem, match="CITEWELL_CHROMA_URL"):
            call()
    assert server.asked == []


def test_a_hub_model_that_an_index_names_is_not_fetched(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *_, **__: pytest.fail("the hub was asked"))
    papers = write(tmp_path / "fruit.jsonl", "apples")
    sync([papers], index=tmp_path / "index", embedder=FakeEmbedder(name="someone/some-model"))
    with pytest.raises(ModelUnavailable, match="no embedding model 'someone/some-model'"):
        open_index(tmp_path / "index")
