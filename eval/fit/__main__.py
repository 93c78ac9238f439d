"""``make fit``: fit all that rag ships, on the bundled questions and papers, and say whether the same files come out.

``python -m eval.fit [--write] [NAME…]``: only those named; with ``--write`` the files that differ are replaced.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.fit import followups, lists, reading, retrieval, verifiers
from eval.fit.shipped import as_text, place
from index import Index, demo_index

Fit = Callable[[Index], dict[str, Any]]
# Each reads what the others ship: after --write, once more tells whether all has settled.
FITS: dict[str, Fit] = {
    "followups": followups.fitted,
    "lists": lists.fitted,
    "retrieval": retrieval.fitted,
    "reading": reading.fitted,
    "verifiers": verifiers.fitted,
}


def main(words: Sequence[str] | None = None) -> int:
    """Fit, compare, write where asked; 1 where a shipped file is not what comes out."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description="Repeat the fits that rag ships.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FITS)}; by default all")
    parser.add_argument("--write", action="store_true", help="replace the files that differ")
    given = parser.parse_args(words)
    if unknown := set(given.names) - set(FITS):
        parser.error(f"no fit is called {', '.join(sorted(unknown))}: there are {', '.join(FITS)}")
    differ = 0
    with demo_index(exact=True) as index:
        for name in given.names or FITS:
            for file, content in FITS[name](index).items():
                differ += not settle(place(file), as_text(content), write=given.write)
    return int(differ > 0 and not given.write)


def settle(path: Path, text: str, *, write: bool) -> bool:
    """Whether the shipped file is this text, byte by byte; says so, and replaces it where asked."""
    same = path.exists() and path.read_bytes() == text.encode()
    if not same and write:
        path.write_bytes(text.encode())
    print(
        f"{path.name}: {'reproduced' if same else 'written' if write else 'DIFFERS from the shipped file'}", flush=True
    )
    return same


if __name__ == "__main__":
    sys.exit(main())
