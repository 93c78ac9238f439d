"""One client, many requests: each gets its own room and stops, and the client that is shared stays as it was."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag.llms import Message, as_llm, get_llm

ASK = [Message("user", "What is SimCSE?")]


class Asked(ThreadingHTTPServer):
    """Speaks the protocols of Ollama and OpenAI, keeps what it was asked, and answers when ``together`` have asked."""

    def __init__(self, together: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[dict[str, Any]] = []
        self.all_here = threading.Barrier(together)


class Handler(BaseHTTPRequestHandler):
    server: Asked

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.server.all_here.wait(60)
        self.send_response(200)
        self.end_headers()
        if self.path == "/api/chat":
            said = {
                "model": "m",
                "created_at": "2026-01-01T00:00:00Z",
                "message": {"role": "assistant", "content": "x"},
            }
            self.wfile.write(json.dumps({**said, "done": True, "done_reason": "stop"}).encode() + b"\n")
        else:
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
            data = {**chunk, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "x"}}]}
            self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\ndata: [DONE]\n\n")


@pytest.fixture
def two() -> Iterator[Asked]:
    yield from serving(2)


@pytest.fixture
def one() -> Iterator[Asked]:
    yield from serving(1)


def serving(together: int) -> Iterator[Asked]:
    with Asked(together) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_two_threads_at_once_on_ollamas_client_keep_their_own_options(two: Asked) -> None:
    llm = get_llm("ollama:m", url=f"http://127.0.0.1:{two.server_port}")
    assert llm is not None
    client = llm._backend.client  # type: ignore[attr-defined]
    before = dict(client.additional_kwargs)
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(lambda n=n, stop=stop: "".join(llm.stream(ASK, max_tokens=n, stop=stop)))
            for n, stop in ((11, ("A",)), (22, ("B",)))
        ]
        assert [one.result() for one in asked] == ["x", "x"]
    sent = sorted((body["options"]["num_predict"], body["options"]["stop"]) for body in two.bodies)
    assert sent == [(11, ["A"]), (22, ["B"])]
    assert client.additional_kwargs == before


def test_a_llamaindex_object_is_sent_room_and_temperature_and_stays_as_it_was(one: Asked) -> None:
    from llama_index.llms.openai_like import OpenAILike

    place = f"http://127.0.0.1:{one.server_port}/v1"
    given = OpenAILike(model="m", api_base=place, api_key="k", is_chat_model=True, temperature=0.9, max_tokens=7)
    llm = as_llm(given)
    assert llm is not None and "".join(llm.stream(ASK, max_tokens=33)) == "x"
    assert [(body["max_tokens"], body["temperature"]) for body in one.bodies] == [(33, 0.0)]
    assert (given.max_tokens, given.temperature) == (7, 0.9)
