"""A real llama.cpp server on this machine, through xllamacpp; tests run it in a child process.

python tests/serve_gguf.py FILE.gguf     prints its address, serves until its standard input closes
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rag.llms.backends.xllamacpp import load

if __name__ == "__main__":
    server = load(sys.argv[1], 4096)
    print(server.listening_address, flush=True)
    sys.stdin.read()
