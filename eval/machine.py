"""What a run ran on: versions and memory."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

LIBRARIES = (
    "citewell chromadb ir-measures llama-index-core numpy onnxruntime rouge-score sacrebleu sentence-transformers "
    "tokenizers torch transformers"
)


def versions() -> dict[str, str]:
    """The versions of Python, the platform and the libraries that move scores; those not installed are left out."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for library in LIBRARIES.split():
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found


def peak_mib() -> float | None:
    """The peak resident memory of this process in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
