"""An HTTP server that speaks the protocol of OpenAI badly, as its path says; tests run it in a child process.

    python tests/misbehaving.py     prints its port, serves until it is killed

/good/v1 answers well; /429, /500, /html, /empty, /json, /huge, /silence, /cut, /flaky (429 once, then good),
/noschema (400 to a JSON schema), /endless, /flood (bytes without a line's end), /garbage, /drip (comments only),
/error (an error object with status 200), /whole (an answer that is no stream), /packed (gzip), /context (the prompt is
too long), /bill (402), /tomorrow (429 for an hour), /choiceless and /redirect (to /good under another name of this
machine) do what they are called. /typed, /given and /named answer as /good does. /anthropic/v1/messages speaks the
protocol of Anthropic. /held says one word, and the rest after /free, until /hold. /asked/v1/models lists the ways that
were asked, each with the key that came along.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

GOOD = "SimCSE is a framework for sentence embeddings [1]. Bananas are yellow [9]."


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    asked: ClassVar[dict[str, int]] = {}
    keys: ClassVar[list[str]] = []
    free = threading.Event()

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.way() == "asked":
            return self.reply(json.dumps({"data": [{"id": key} for key in Handler.keys]}).encode())
        if self.way() in ("hold", "free"):
            Handler.free.set() if self.way() == "free" else Handler.free.clear()
            return self.reply(b"{}")
        Handler.keys.append(f"{self.way()} {self.headers['authorization']}")
        if self.way() == "redirect":
            return self.do_redirect({})
        self.reply(json.dumps({"data": [{"id": f"{self.way()}-model", "max_model_len": 4096}]}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Handler.asked[self.way()] = Handler.asked.get(self.way(), 0) + 1
        Handler.keys.append(f"{self.way()} {self.headers['authorization']}")
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

    def do_typed(self, asked: dict[str, object]) -> None:
        self.stream(GOOD)

    do_given = do_named = do_typed

    def do_good(self, asked: dict[str, object]) -> None:
        self.stream(GOOD)

    def do_held(self, asked: dict[str, object]) -> None:
        self.reply(self.event("SimCSE "), kind="text/event-stream")
        self.wfile.flush()
        Handler.free.wait(120)
        self.wfile.write(self.event("is a framework for sentence embeddings [1].") + b"data: [DONE]\n\n")

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

    def do_flood(self, asked: dict[str, object]) -> None:
        self.reply(b"data: ", kind="text/event-stream")
        while True:
            self.wfile.write(b"spam" * 20_000)

    def do_drip(self, asked: dict[str, object]) -> None:
        self.reply(b"", kind="text/event-stream")
        while True:
            self.wfile.write(b": still here\n\n")
            time.sleep(0.05)

    def do_garbage(self, asked: dict[str, object]) -> None:
        self.reply(b"event: \xff\xfe\n\ndata: [1, 2]\n\ndata: \x00\x9f\x92\n\n" * 3, kind="text/event-stream")

    def do_error(self, asked: dict[str, object]) -> None:
        self.reply(b'data: {"error": {"message": "out of\\nmemory"}}\n\n', kind="text/event-stream")

    def do_whole(self, asked: dict[str, object]) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": GOOD}, "finish_reason": "stop"}
        whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        self.reply(json.dumps(whole).encode())

    def do_packed(self, asked: dict[str, object]) -> None:
        self.reply(gzip.compress(self.event(GOOD)), kind="text/event-stream", content_encoding="gzip")

    def do_context(self, asked: dict[str, object]) -> None:
        self.reply(b'{"error": {"message": "the request exceeds the available context size"}}', 400)

    def do_redirect(self, asked: dict[str, object]) -> None:
        where = f"http://localhost:{self.server.server_port}{self.path.replace('redirect', 'good')}"  # type: ignore
        self.reply(b"", 307, location=where)

    def do_bill(self, asked: dict[str, object]) -> None:
        self.reply(b'{"error": {"message": "no credits left"}}', 402)

    def do_tomorrow(self, asked: dict[str, object]) -> None:
        self.reply(b"{}", 429, retry_after="3600")

    def do_choiceless(self, asked: dict[str, object]) -> None:
        self.reply(b'data: {"id": "1", "choices": null}\n\ndata: [DONE]\n\n', kind="text/event-stream")

    def do_anthropic(self, asked: dict[str, object]) -> None:
        Handler.keys.append(f"anthropic {self.headers['x-api-key']}")
        told: list[dict[str, object]] = [
            {"type": "message_start", "message": {"usage": {"input_tokens": 25, "output_tokens": 1}}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
            {"type": "content_block_stop", "index": 0},
            {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": f"{asked['model']} "}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": f"says: {GOOD}"}},
            {"type": "content_block_stop", "index": 1},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}},
            {"type": "message_stop"},
        ]
        if asked["model"] == "overloaded":
            told = [{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}]
        events = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in told)
        self.reply(events.encode(), kind="text/event-stream")

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
