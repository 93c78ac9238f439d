"""The language models that can be had on this machine without typing: servers that run, files that lie there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.locations import home
from ui.conversation.workspace import EXTRACTIVE

QUICK = 0.5  # seconds that a server of this machine may take to say what it has
OLLAMA = "http://127.0.0.1:11434"
SERVERS = {
    "llama.cpp": "http://127.0.0.1:8080/v1",
    "vLLM": "http://127.0.0.1:8000/v1",
    "LM Studio": "http://127.0.0.1:1234/v1",
}
FOLDERS = ("~/models", "~/.cache/llama.cpp", "~/.lmstudio/models", "~/.cache/lm-studio/models", "~/.cache/gguf")
DEEP, MOST = 4, 40


@dataclass(frozen=True, slots=True)
class Found:
    """A model as it is offered: what it is called, and the name and address by which it is asked."""

    label: str
    llm: str
    url: str = ""

    @property
    def key(self) -> str:
        """Name and address in one."""
        return f"{self.llm} @ {self.url}" if self.url else self.llm


QUOTING = Found("Quotes only, no model", EXTRACTIVE)


def found_models() -> tuple[Found, ...]:
    """All that is found now; only this machine is asked."""
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(_ollama), *(pool.submit(_served, *one) for one in SERVERS.items())]
        served = [one for answer in asked for one in answer.result()]
    return (QUOTING, *served, *_files())


def split(key: str) -> tuple[str, str]:
    """Name and address of a ``key``."""
    llm, _, url = key.partition(" @ ")
    return llm, url


def _ollama() -> list[Found]:
    listed = _get(f"{OLLAMA}/api/tags").get("models")
    names = [str(one.get("name", "")) for one in listed or () if isinstance(one, dict)]
    return [Found(f"{name} (Ollama)", f"ollama:{name}") for name in names[:MOST] if name]


def _served(label: str, address: str) -> list[Found]:
    listed = _get(f"{address}/models").get("data")
    known = [one for one in listed or () if isinstance(one, dict) and one.get("owned_by") != "citewell"]
    names = [str(one.get("id", "")) for one in known]
    return [Found(f"{Path(name).name} ({label})", f"openai:{name}", address) for name in names[:MOST] if name]


def _get(address: str) -> dict[str, Any]:
    import httpx

    try:
        answer = httpx.get(address, timeout=QUICK, trust_env=False)
        found = answer.json() if answer.status_code == 200 and len(answer.content) < 2**20 else {}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _files() -> list[Found]:
    places = [*FOLDERS, str(home() / "models"), *filter(None, [os.environ.get("CITEWELL_MODELS")])]
    files = [file for place in places for file in _ggufs(Path(place).expanduser())][:MOST]
    return [Found(f"{file.name} (file)", f"gguf:{file}") for file in files]


def _ggufs(folder: Path) -> Iterator[Path]:
    for here, below, names in os.walk(folder):
        if len(Path(here).relative_to(folder).parts) >= DEEP:
            below.clear()
        yield from (Path(here, name) for name in sorted(names) if name.endswith(".gguf") and "mmproj" not in name)
