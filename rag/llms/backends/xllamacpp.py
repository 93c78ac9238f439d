"""llama.cpp in this process, through xllamacpp."""

from __future__ import annotations

import functools
import json
import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import BadResponse, ModelUnavailable
from rag.llms.base import Delta, Request
from rag.schema import Usage

LAST_TOKEN = 10.0  # seconds


class XllamacppBackend:
    """One GGUF file, decoded greedily, one request at a time."""

    constrains = True
    parameters: tuple[tuple[str, str], ...] = (("temperature", "0"),)

    def __init__(self, path: Path, window: int) -> None:
        self.name = f"gguf:{path}"
        self.context_window = window
        self._server = load(str(path), window)
        self._lock = threading.Lock()
        self._halt = threading.Event()
        self._idle = threading.Event()
        self._idle.set()

    def count_tokens(self, text: str) -> int:
        """A little more than the tokens of English text; llama.cpp's own count is in the usage."""
        return -(-len(text.encode()) // 3)

    def open(self, request: Request) -> Iterator[Delta]:
        """Decode in a thread; llama.cpp calls back with each piece."""
        halt = self._halt = threading.Event()
        self._idle.clear()
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        worker = threading.Thread(target=self._decode, args=(body(request), pieces, halt), daemon=True)
        worker.start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield from read(piece)
        finally:
            halt.set()

    def abort(self) -> None:
        """Decoding stops at the next token; wait for it, because a process must not end in the middle of one."""
        self._halt.set()
        self._idle.wait(LAST_TOKEN)

    def _decode(self, asked: str, pieces: queue.Queue[str | BaseException | None], halt: threading.Event) -> None:
        def take(piece: str) -> bool:
            pieces.put(piece)
            return halt.is_set()

        try:
            with self._lock:
                if not halt.is_set():
                    self._server.handle_chat_completions(asked, take)
            pieces.put(None)
        except BaseException as error:  # the reader of the pieces raises it
            pieces.put(error)
        finally:
            self._idle.set()


def body(request: Request) -> str:
    """The request in the protocol of OpenAI, which llama.cpp speaks inside the process too."""
    asked: dict[str, Any] = {
        "messages": [{"role": m.role, "content": m.content} for m in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.stop:
        asked["stop"] = list(request.stop)
    if request.schema:
        shape = {"name": "answer", "schema": dict(request.schema), "strict": True}
        asked["response_format"] = {"type": "json_schema", "json_schema": shape}
    return json.dumps(asked)


def read(piece: str) -> Iterator[Delta]:
    """The text and usage in one piece; raises what llama.cpp reports as an error."""
    told = json.loads(piece)
    for event in told if isinstance(told, list) else [told]:
        if "error" in event or "code" in event:
            error = event.get("error", event)
            raise BadResponse(f"llama.cpp: {error.get('message', 'failed')}")
        usage = event.get("usage") or {}
        spent = Usage(usage["prompt_tokens"], usage["completion_tokens"]) if usage else None
        text = "".join(choice["delta"].get("content") or "" for choice in event.get("choices", ()))
        yield Delta(text, spent)


@functools.cache
def load(path: str, window: int) -> Any:
    """The model, loaded once a process; CITEWELL_THREADS says on how many threads, else on as many as there are cores.

    llama.cpp opens a socket of its own: on this machine only.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx, params.n_parallel = window, 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    threads = int(os.environ.get("CITEWELL_THREADS") or 0)
    if threads > 0:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.verbosity, params.warmup, params.ui = -1, False, False
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise ModelUnavailable(f"gguf:{path} cannot be loaded by llama.cpp; is the file whole? ({error})") from error
