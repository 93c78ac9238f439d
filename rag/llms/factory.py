"""From a name to a language model: "provider:model"."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from typing import Any

from index.errors import InputError, UnknownName
from rag.llms.backends.http import checked_url
from rag.llms.base import LLM, Limits
from rag.llms.guarded import GuardedLLM
from rag.llms.prices import check_price

PROVIDERS = {
    "openai": "hosted by OpenAI; with --llm-url any server of its protocol, whose key is CITEWELL_LLM_KEY",
    "anthropic": "hosted by Anthropic",
    "ollama": "on an Ollama server, this machine's unless OLLAMA_HOST says otherwise",
    "gguf": "a GGUF file, in this process by llama.cpp: gguf:/path/to/file.gguf",
    "hf": "a model of the transformers library, in this process: hf:NAME-or-FOLDER",
}
EXTRACTIVE = "extractive"
LEAST_CONTEXT = 512
URL = "CITEWELL_LLM_URL"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of models; lacks is what it takes to use it, None when it is usable now."""

    name: str
    what: str
    lacks: str | None


def providers() -> tuple[Provider, ...]:
    """All providers, and what each lacks on this machine. No model is loaded, no hosted one called."""
    found = [Provider(EXTRACTIVE, "the default: no model, the papers' own sentences", None)]
    found += [Provider(name, what, _module(name).needs()) for name, what in PROVIDERS.items()]
    return tuple(found)


def get_llm(
    name: str | None = None,
    *,
    url: str | None = None,
    keyed: bool = False,
    context: int | None = None,
    limits: Limits | None = None,
) -> LLM | None:
    """The model of that name; None for "extractive" (the answer without any model).

    With a URL the name may be left out: the server's first model is taken. keyed: send the key of the environment to
    that URL, because whoever set the key gave the URL too; the one in CITEWELL_LLM_URL has it anyway. context: how
    many tokens prompt and answer may hold together, where model and server do not tell it, or less is wanted.
    """
    if context is not None and context < LEAST_CONTEXT:
        raise InputError(f"--llm-context {context}: prompt and answer need at least {LEAST_CONTEXT} tokens")
    check_price()
    limits = limits or Limits()
    provider, _, model = (name or ("openai:" if url else EXTRACTIVE)).partition(":")
    if provider == EXTRACTIVE and not url:
        return None
    if provider not in PROVIDERS:
        raise UnknownName("LLM provider", provider, [EXTRACTIVE, *(f"{p}:MODEL" for p in PROVIDERS)])
    if not model and not (url and provider == "openai"):
        wanted = {"gguf": "FILE", "hf": "NAME-or-FOLDER"}.get(provider, "MODEL")
        raise InputError(f"--llm {provider} needs a model: --llm {provider}:{wanted}")
    if url and provider in ("gguf", "hf"):
        raise InputError(f"--llm-url is for servers; {provider}:MODEL runs in this process")
    backend = _module(provider).make(model, url, limits, context, keyed or _is_own(url))
    if context is not None:
        backend.parameters = (*backend.parameters, ("context", str(context)))
    return GuardedLLM(backend, limits)


def _is_own(url: str | None) -> bool:
    """Whether the keys of the environment were set for that address: the provider's own, or the one set beside them."""
    own = os.environ.get(URL, "")
    return not url or (bool(own) and checked_url(url) == checked_url(own))


def as_llm(given: Any, *, limits: Limits | None = None) -> LLM | None:
    """What a caller handed in as ``llm``: a name, one of ours, any LlamaIndex LLM object, or None."""
    if given is None or isinstance(given, str):
        return get_llm(given, limits=limits)
    if isinstance(given, LLM) and not isinstance(given, type):
        return given
    if not isinstance(given, type) and hasattr(given, "stream_chat") and hasattr(given, "metadata"):
        from rag.llms.backends.llamaindex import LlamaIndexBackend, tuned

        return GuardedLLM(LlamaIndexBackend(given, tuned=tuned), limits)
    what = f"the class {given.__name__}" if isinstance(given, type) else type(given).__name__
    raise InputError(f"llm must be a name, a citewell LLM or a LlamaIndex LLM, not {what}")


def _module(provider: str) -> Any:
    return importlib.import_module(f"rag.llms.backends.{provider}")
