"""Models of the transformers library, in this process."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.errors import InputError, ModelUnavailable
from rag.llms.base import Delta, Limits, Request
from rag.llms.failures import one_line
from rag.schema import Usage

WINDOW = 2048


def needs() -> str | None:
    """What is missing; None when nothing is."""
    return None if find_spec("transformers") and find_spec("torch") else "pip install transformers torch"


def make(model: str, url: str | None, limits: Limits, context: int | None, keyed: bool) -> TransformersBackend:
    """``hf:NAME-or-FOLDER``. What is not on this machine is downloaded, unless HF_HUB_OFFLINE is set."""
    return TransformersBackend(model, context)


class TransformersBackend:
    """A causal language model with a chat template, decoded greedily."""

    constrains = False
    parameters: tuple[tuple[str, str], ...] = (("decoding", "greedy"),)

    def __init__(self, model: str, context: int | None = None) -> None:
        self.name = f"hf:{model}"
        self._tokenizer, self._model = _load(model)
        self._halt = threading.Event()
        if not getattr(self._tokenizer, "chat_template", None):
            raise ModelUnavailable(f"hf:{model} has no chat template: it is not a model that follows instructions")
        self.context_window = context or int(getattr(self._model.config, "max_position_embeddings", WINDOW))

    def count_tokens(self, text: str) -> int:
        """How many tokens the text takes."""
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def open(self, request: Request) -> Iterator[Delta]:
        """Decode in a thread and hand over the text as it comes."""
        from transformers import TextIteratorStreamer

        halt = self._halt = threading.Event()
        messages = [{"role": m.role, "content": m.content} for m in request.messages]
        inputs = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        failed: list[BaseException] = []
        worker = threading.Thread(target=self._decode, args=(inputs, request, streamer, halt, failed), daemon=True)
        worker.start()
        text = ""
        try:
            for piece in streamer:
                text += piece
                yield Delta(piece)
        finally:
            halt.set()
        worker.join()
        if failed:
            raise failed[0]
        yield Delta("", Usage(int(inputs["input_ids"].shape[1]), self.count_tokens(text)))

    def abort(self) -> None:
        """Decoding stops at the next token."""
        self._halt.set()

    def _decode(
        self, inputs: Any, request: Request, streamer: Any, halt: threading.Event, failed: list[BaseException]
    ) -> None:
        import torch

        def halted(ids: Any, scores: Any, **rest: Any) -> Any:
            return torch.full((ids.shape[0],), halt.is_set(), dtype=torch.bool)

        stops = {"stop_strings": list(request.stop), "tokenizer": self._tokenizer} if request.stop else {}
        try:
            self._model.generate(
                **inputs.to(self._model.device),
                max_new_tokens=request.max_tokens,
                do_sample=False,
                streamer=streamer,
                stopping_criteria=[halted],
                **stops,
            )
        except BaseException as error:  # the reader of the stream raises it
            failed.append(error)
            streamer.end()


@functools.cache
def _load(model: str) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    folder = Path(model).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or model.startswith((".", "~"))):
        raise InputError(f"hf:{model} is not a folder; give the folder of a model, or its name on the hub")
    try:
        where = folder if folder.is_dir() else model
        # code that comes with weights is never run, nor is the user asked whether it may
        tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False)
        loaded = AutoModelForCausalLM.from_pretrained(where, dtype="auto", trust_remote_code=False)
        return tokenizer, loaded.eval()
    except Exception as error:  # what these raise over a model that is not there or not whole has no common kind
        if folder.is_dir():
            told = one_line(str(error)) if (folder / "config.json").is_file() else "no config.json"
            raise ModelUnavailable(f"hf:{model} holds no whole model of transformers: {told}") from error
        advice = "download it first, or give a folder" if os.environ.get("HF_HUB_OFFLINE") else "is the name right?"
        raise ModelUnavailable(f"hf:{model} is not on this machine and was not downloaded: {advice}") from error
