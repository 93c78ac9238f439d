"""An HTTP server that speaks the protocol of OpenAI badly, as its path says; tests run it in a child process.

    python tests/misbehaving.py     prints its port, serves until it is killed

/good/v1 answers well; /429, /500, /html, /empty, /json, /huge, /silence, /cut, /flaky (429 once, then good),
/noschema (400 to a JSON schema) and /endless do what they are called.
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

GOOD = "SimCSE is a framework for sentence embeddings [1]. Bananas are yellow [9]."


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    asked: ClassVar[dict[str, int]] = {}

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.reply(json.dumps({"data": [{"id": f"{self.way()}-model", "max_model_len": 4096}]}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Handler.asked[self.way()] = Handler.asked.get(self.way(), 0) + 1
        getattr(self, f"do_{self.way()}")(json.loads(body))

    def way(self) -> str:
        return self.path.split("/")[1]

    def reply(self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def event(self, text: str) -> bytes:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return (
            b"data: " + json.dumps({**chunk, "choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n"
        )

    def stream(self, text: str) -> None:
        body = b"".join(self.event(word + " ") for word in text.split(" "))
        usage = {"prompt_tokens": 7, "completion_tokens": 11, "total_tokens": 18}
        last = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}
        self.reply(body + b"data: " + json.dumps(last).encode() + b"\n\ndata: [DONE]\n\n", kind="text/event-stream")

    def do_good(self, asked: dict[str, object]) -> None:
        self.stream(GOOD)

    def do_429(self, asked: dict[str, object]) -> None:
        self.reply(b'{"error": {"message": "slow down"}}', 429, retry_after="0")

    def do_500(self, asked: dict[str, object]) -> None:
        self.reply(b"boom", 500)

    def do_401(self, asked: dict[str, object]) -> None:
        key = self.headers["authorization"]
        self.reply(json.dumps({"error": {"message": f"bad key {key}"}}).encode(), 401)

    def do_html(self, asked: dict[str, object]) -> None:
        self.reply(b"<html><body><h1>Welcome to the proxy</h1></body></html>", kind="text/html")

    def do_empty(self, asked: dict[str, object]) -> None:
        self.reply(b"", kind="text/event-stream")

    def do_json(self, asked: dict[str, object]) -> None:
        self.reply(b'data: {"choices": [{"delta": {"content"\n\n', kind="text/event-stream")

    def do_huge(self, asked: dict[str, object]) -> None:
        self.reply(self.event("spam " * 2_000_000), kind="text/event-stream")

    def do_endless(self, asked: dict[str, object]) -> None:
        self.reply(b"", kind="text/event-stream")
        while True:
            self.wfile.write(self.event("and so on "))
            time.sleep(0.001)

    def do_silence(self, asked: dict[str, object]) -> None:
        time.sleep(60)

    def do_cut(self, asked: dict[str, object]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", "100000")
        self.end_headers()
        self.wfile.write(self.event(GOOD[:60]))

    def do_flaky(self, asked: dict[str, object]) -> None:
        if Handler.asked["flaky"] % 2:
            return self.do_429(asked)
        return self.stream(GOOD)

    def do_noschema(self, asked: dict[str, object]) -> None:
        if "response_format" in asked:
            return self.reply(b'{"error": {"message": "response_format is not supported"}}', 400)
        return self.stream(GOOD)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()
