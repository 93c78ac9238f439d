"""The addresses that the user has named: one that only stands in a file is never contacted, and no key goes there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Literal

from index import locations
from index.errors import IndexProblem

Kind = Literal["chroma", "embedding"]
FILE = "addresses.json"
VARIABLES: dict[Kind, str] = {"chroma": "CITEWELL_CHROMA_URL", "embedding": "CITEWELL_EMBEDDING_URL"}
OPTIONS: dict[Kind, str] = {"chroma": "--chroma-url", "embedding": "--model NAME --model-url"}


def remember(kind: Kind, address: str, key: str = "") -> None:
    """The user has named this address, in a call or on the command line, and given this key for it."""
    known = _known()
    if known.get(kind, {}).get(_plain(address)) == _print(key):
        return
    known.setdefault(kind, {})[_plain(address)] = _print(key)
    file = locations.home() / FILE
    with contextlib.suppress(OSError):  # where nothing can be kept, the address has to be named again
        file.parent.mkdir(parents=True, exist_ok=True)
        making = file.with_suffix(f".{os.getpid()}")
        making.write_text(json.dumps(known, indent=1), encoding="utf8")
        making.replace(file)


def check(kind: Kind, address: str, place: Path) -> None:
    """Refuse an address that stands in an index and that the user has never named."""
    if not _configured(kind, address) and _plain(address) not in _known().get(kind, {}):
        raise IndexProblem(
            f"the index at {place} names the server {address}, which you have not named yourself: nothing was sent "
            f"there. If it is yours, set {VARIABLES[kind]}={address}, or run `citewell index sync PATH… --index "
            f"{place} {OPTIONS[kind]} {address}` once"
        )


def key_for(address: str, key: str) -> str:
    """The key, if it was given for this address; else none."""
    given = _configured("embedding", address) or _known().get("embedding", {}).get(_plain(address)) == _print(key)
    return key if given else ""


def _configured(kind: Kind, address: str) -> bool:
    return _plain(os.environ.get(VARIABLES[kind], "")) == _plain(address)


def _known() -> dict[str, dict[str, str]]:
    try:
        found = json.loads((locations.home() / FILE).read_text(encoding="utf8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {kind: dict(one) for kind, one in found.items() if isinstance(one, dict)}


def _plain(address: str) -> str:
    return address.rstrip("/")


def _print(key: str) -> str:
    """What tells one key from another without holding it."""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""
