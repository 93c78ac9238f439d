"""Entailment models that can be fetched on the user's command: what they are, and how a download goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import InputError, ModelUnavailable, UnknownName
from index.locations import home

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Fetchable:
    """A model on a server that keeps models by revision. files: what is taken, and where it goes in the folder.

    revision and sha256 are None or empty where nobody here has seen the files: then the user names the revision.
    """

    what: str
    licence: str
    megabytes: int
    repository: str
    revision: str | None
    files: Mapping[str, str]
    sha256: Mapping[str, str] = field(default_factory=dict)


MODELS = {
    "nli": Fetchable(
        "entailment, English, 22 million weights of layers and 49 of words",
        "Apache-2.0",
        87,
        "cross-encoder/nli-deberta-v3-xsmall",
        None,
        {
            "onnx/model_quint8_avx2.onnx": "model_int8.onnx",
            "tokenizer.json": "tokenizer.json",
            "config.json": "config.json",
        },
    ),
}


def folder_of(name: str) -> Path:
    """Where a fetched model lies."""
    return home() / "models" / name


def fetched(name: str = "nli") -> Path | None:
    """The folder of a model that was fetched whole; None where it was not."""
    folder = folder_of(name)
    there = name in MODELS and all((folder / file).exists() for file in MODELS[name].files.values())
    return folder if there else None


def fetchable(name: str) -> Fetchable:
    """The model of that name."""
    if name not in MODELS:
        raise UnknownName("model to fetch", name, list(MODELS))
    return MODELS[name]


def fetch_model(
    name: str,
    server: str | None = None,
    *,
    revision: str | None = None,
    sha256: Mapping[str, str] | None = None,
    progress: Progress = lambda file, done, total: None,
) -> Path:
    """Fetch a model into citewell's own folder, and return that. What is there already is not fetched again.

    server: its address, the hub's by default; the files lie under REPOSITORY/resolve/REVISION/. A download that broke
    off goes on where it stopped; a file whose sha256 is known and is another is thrown away.
    """
    model = fetchable(name)
    wanted = revision or model.revision
    if wanted is None:
        raise InputError(
            f"which revision of {model.repository}? Name a commit by --revision, so that it stays the same"
        )
    from huggingface_hub import constants

    server = server or constants.ENDPOINT
    folder = folder_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    sums = {**model.sha256, **(sha256 or {})}
    for source, target in model.files.items():
        if not (folder / target).exists():
            address = f"{server.rstrip('/')}/{model.repository}/resolve/{wanted}/{source}"
            _download(address, folder / target, sums.get(target), progress)
    return folder


def _download(address: str, target: Path, sha256: str | None, progress: Progress) -> None:
    import httpx

    part = target.with_name(f"{target.name}.part")
    begun = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={begun}-"} if begun else {})}
    try:
        with httpx.stream("GET", address, headers=headers, follow_redirects=True, timeout=60) as answer:
            if answer.status_code == 416:  # nothing is left to send
                total = begun
            else:
                answer.raise_for_status()
                resumed = answer.status_code == 206
                begun = begun if resumed else 0
                total = begun + int(answer.headers.get("content-length", 0))
                with part.open("ab" if resumed else "wb") as out:
                    for block in answer.iter_raw():
                        out.write(block)
                        progress(target.name, out.tell(), total)
    except httpx.HTTPError as error:
        raise ModelUnavailable(f"{address}: {error}; the same command goes on where it stopped") from error
    if total and part.stat().st_size < total:
        raise ModelUnavailable(f"{address} broke off; the same command goes on where it stopped")
    if sha256 and _sha256(part) != sha256:
        part.unlink()
        raise ModelUnavailable(f"{address} is not the file that is wanted: its sha256 is another")
    os.replace(part, target)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
