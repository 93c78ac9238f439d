"""What a language model wrote, kept on disk by what it was asked: an LLM run can be repeated, and continued, for free.

Policy, verifier, scorer and metrics act after the model, so that runs that differ in these alone share its words.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.runs.folder import replace_text
from index.errors import InputError
from rag.llms import LLM, Completion, Message, Schema, Wrapper
from rag.schema import Usage


class KeptLLM(Wrapper):
    """A language model whose completions are kept in a folder and not asked for twice."""

    def __init__(self, llm: LLM, folder: Path) -> None:
        super().__init__(llm)
        self._llm = llm
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        schema: Schema | None = None,
        stop: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> Completion:
        """The kept completion, piece by piece as it came; else the model is asked and what is read of it is kept."""
        asked = [self.name, self.parameters, [asdict(m) for m in messages], max_tokens, schema, list(stop)]
        key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]
        file = self._folder / f"{key}.json"

        def ask() -> Completion:
            return self._llm.stream(messages, max_tokens=max_tokens, schema=schema, stop=stop, cancel=cancel)

        return _Kept(file, _read(file), ask)


class _Kept:
    """A completion that is read from its file first, and from the model beyond that."""

    def __init__(self, file: Path, known: dict[str, Any] | None, ask: Any) -> None:
        self._file, self._ask = file, ask
        self._pieces: list[str] = [] if known is None else list(known["pieces"])
        self._ended: str | None = None if known is None else known["finish"]
        self.usage = Usage() if known is None else Usage(**known["usage"])
        self.finish: str | None = None
        self._live: Completion | None = None
        self._stream = self._all()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._stream)

    def _all(self) -> Iterator[str]:
        yield from list(self._pieces)
        if self._ended is None:  # never asked; or the reader had stopped here and now wants more
            known, said = "".join(self._pieces), ""
            self._pieces = []
            self._live = self._ask()
            for piece in self._live:
                self._pieces.append(piece)
                fresh = piece[max(0, len(known) - len(said)) :]
                said += piece
                if fresh:
                    yield fresh
            self._ended = self._live.finish
            self._keep()
        self.finish = self._ended

    def close(self) -> None:
        """Keep what was read and stop the model."""
        if self._live is not None and self._ended is None:
            self._live.close()
            self._keep()
        self._stream.close()  # type: ignore[attr-defined]

    def _keep(self) -> None:
        assert self._live is not None
        self.usage = self._live.usage
        if self._live.finish != "cancelled" and self._pieces:
            row = {"pieces": self._pieces, "finish": self._ended, "usage": asdict(self.usage)}
            replace_text(self._file, json.dumps(row, ensure_ascii=False))


def _read(file: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    try:
        known = json.loads(file.read_text(encoding="utf8"))
        Usage(**known["usage"])
        return {"pieces": [str(piece) for piece in known["pieces"]], "finish": known["finish"], "usage": known["usage"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} is damaged ({type(error).__name__}: {error}); delete it") from error
