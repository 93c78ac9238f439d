"""What a run ran on: code, versions and memory."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

LIBRARIES = (
    "citewell chromadb ir-measures llama-index-core numpy onnxruntime rouge-score sacrebleu sentence-transformers "
    "tokenizers torch transformers"
)
ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ("index", "rag", "eval")


def versions() -> dict[str, str]:
    """The versions of Python, the platform and the libraries that move scores; those not installed are left out."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for library in LIBRARIES.split():
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def code() -> dict[str, str]:
    """The code that answers and scores: its version, its git commit where there is one, the sha256 of its sources."""
    digest = hashlib.sha256()
    for package in SOURCES:
        for file in sorted((ROOT / package).rglob("*")):
            if file.suffix in (".py", ".json", ".txt"):
                digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode() + file.read_bytes())
    version = versions().get("citewell", "unknown")
    return {"version": version, "commit": _commit() or "none", "sha256": digest.hexdigest()}


def _commit() -> str | None:
    if not (ROOT / ".git").exists():
        return None
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=10", "--dirty=+changes", "--exclude=*"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def peak_mib() -> float | None:
    """The peak resident memory of this process in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
