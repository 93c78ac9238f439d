"""GGUF files in this process, by llama.cpp: through xllamacpp, or llama-cpp-python when that is what is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from index.errors import InputError, MissingExtra
from rag.llms.base import Backend, Limits

WINDOW = 4096


def needs() -> str | None:
    """What is missing; None when nothing is."""
    return None if find_spec("xllamacpp") or find_spec("llama_cpp") else 'pip install "citewell[gguf]"'


def make(model: str, url: str | None, limits: Limits, context: int | None, keyed: bool) -> Backend:
    """``gguf:/path/to/file.gguf``."""
    path = Path(model).expanduser()
    if not path.is_file():
        raise InputError(f"gguf:{model} is not a file; give the path of one: gguf:/path/to/file.gguf")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise InputError(f"gguf:{model} is not a GGUF file; a folder of transformers is named hf:FOLDER")
    if find_spec("xllamacpp"):
        from rag.llms.backends.xllamacpp import XllamacppBackend

        return XllamacppBackend(path, context or WINDOW)
    if find_spec("llama_cpp"):
        from rag.llms.backends.llama_cpp import LlamaCppBackend

        return LlamaCppBackend(path, context or WINDOW)
    raise MissingExtra('GGUF files need an extra: pip install "citewell[gguf]"')
