"""Open ONNX models and tokenizers whose sha256 is known: nothing else is loaded, and nothing calls home."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from index.embedding.weights import verified


def open_session(file: Path, sha256: str) -> Any:
    """An onnxruntime session on one thread of the CPU."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # else it sends events over the network, unasked
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(verified(file, sha256)), options, providers=["CPUExecutionProvider"])


def open_tokenizer(file: Path, sha256: str) -> Any:
    """A tokenizer that neither cuts nor pads until it is told to."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(verified(file, sha256)))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
