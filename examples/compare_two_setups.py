"""Is retrieval by words and meaning together better than by words alone? Score both, and test the difference."""

import sys
from pathlib import Path

from eval import compare, run

QUESTIONS = 12  # a real comparison takes all: leave limit out


def main(folder: Path) -> None:
    """Two runs on bundled development questions, kept below ``folder``; the same command again repeats none."""
    both, words = (
        run(None, [f"retriever={name}", "verifier=local"], out=folder / name, split="dev", limit=QUESTIONS)
        for name in ("hybrid", "bm25")
    )
    for found in compare(words, both, metrics=["recall@5", "key_fact_recall"]):
        verdict = "more than chance" if found.significant else "may be chance"
        print(f"{found.metric}: {found.a:.3f} -> {found.b:.3f}, {verdict}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/compared"))
