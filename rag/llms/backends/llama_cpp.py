"""llama.cpp in this process, through llama-cpp-python."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import ModelUnavailable
from rag.llms.base import Delta, Request
from rag.schema import Usage


class LlamaCppBackend:
    """One GGUF file, decoded greedily, one request at a time."""

    constrains = True
    parameters: tuple[tuple[str, str], ...] = (("temperature", "0"),)

    def __init__(self, path: Path, window: int) -> None:
        self.name = f"gguf:{path}"
        self.context_window = window
        self._model = _load(str(path), window)
        self._lock = threading.Lock()
        self._halt = threading.Event()

    def count_tokens(self, text: str) -> int:
        """How many tokens the text takes."""
        return len(self._model.tokenize(text.encode(), add_bos=False))

    def open(self, request: Request) -> Iterator[Delta]:
        """Decode token by token."""
        halt = self._halt = threading.Event()
        shape: dict[str, Any] | None = None
        if request.schema:
            shape = {"type": "json_object", "schema": dict(request.schema)}
        with self._lock:
            text = ""
            for event in self._model.create_chat_completion(
                [{"role": m.role, "content": m.content} for m in request.messages],
                max_tokens=request.max_tokens,
                temperature=0.0,
                stop=list(request.stop),
                response_format=shape,
                stream=True,
            ):
                piece = event["choices"][0]["delta"].get("content") or ""
                text += piece
                if halt.is_set():
                    break
                yield Delta(piece)
            prompt = sum(self.count_tokens(message.content) for message in request.messages)
        yield Delta("", Usage(prompt, self.count_tokens(text)))

    def abort(self) -> None:
        """Decoding stops at the next token."""
        self._halt.set()


@functools.cache
def _load(path: str, window: int) -> Any:
    from llama_cpp import Llama

    threads = int(os.environ.get("CITEWELL_THREADS") or 0) or None
    try:
        return Llama(model_path=path, n_ctx=window, n_threads=threads, n_threads_batch=threads, verbose=False)
    except (RuntimeError, ValueError) as error:
        raise ModelUnavailable(f"gguf:{path} cannot be loaded by llama.cpp; is the file whole? ({error})") from error
