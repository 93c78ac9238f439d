"""`make bench`: index time, answer time, memory and retrieval quality, each beside a plain LlamaIndex recipe."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.quality import cranfield
from eval.gold.dataset import load_gold

ROOT = Path(__file__).resolve().parent.parent
CARDS = ROOT / "index" / "corpus" / "cards.jsonl"
CRANFIELD = ROOT.parent / "shared" / "bench" / "cranfield"
COLD_REPEATS = 5


def step(module: str, *words: str, questions: list[str] | None = None) -> dict[str, Any]:
    """Run one step in a process of its own; its last line is the result."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        input=json.dumps(questions or []),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(words)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def seconds(command: list[str], given: str = "") -> float:
    """The wall time of one command, in seconds."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=True)
    return time.perf_counter() - started


def index_lines(name: str, papers: Path, folder: Path) -> list[str]:
    """Index the same papers both ways, beside the raw encode of our chunks."""
    ours = step("bench.ours", "index", str(folder / f"ours-{name}"), str(papers))
    plain = step("bench.plain", "index", str(folder / f"plain-{name}"), str(papers))
    return [
        f"index {name}: {ours['papers']} papers, {ours['chunks']} chunk and {ours['sentences']} sentence vectors",
        f"  citewell {ours['seconds']:.1f} s ({ours['peak_mb']:.0f} MB)",
        f"  raw encode of the same chunks {ours['raw_seconds']:.1f} s: "
        f"citewell takes {ours['seconds'] / ours['raw_seconds']:.2f} times that",
        f"  LlamaIndex {plain['seconds']:.1f} s ({plain['peak_mb']:.0f} MB): "
        f"citewell takes {ours['seconds'] / plain['seconds']:.2f} times that",
    ]


def answer_lines(folder: Path) -> list[str]:
    """Warm and cold times on the demo corpus."""
    questions = [example.question for example in load_gold(split="dev").examples][:100]
    ours = step("bench.ours", "warm", str(folder / "ours-demo"), questions=questions)
    plain = step("bench.plain", "warm", str(folder / "plain-demo"), questions=questions)
    lines = ["warm, demo corpus, 100 questions, milliseconds:"]
    for name, result in (("citewell, a whole answer", ours), ("LlamaIndex, retrieval alone", plain)):
        cuts = statistics.quantiles([1000 * value for value in result["times"]], n=20)
        lines.append(f"  {name}: p50 {cuts[9]:.1f}, p95 {cuts[18]:.1f} ({result['peak_mb']:.0f} MB)")
    ratio = statistics.median(ours["times"]) / statistics.median(plain["times"])
    lines.append(f"  ratio of the medians {ratio:.2f}")
    question = questions[0]
    pairs = [
        (
            seconds([sys.executable, "-m", "ui.cli", "ask", "--index", str(folder / "ours-demo"), question]),
            seconds([sys.executable, "-m", "bench.plain", "cold", str(folder / "plain-demo")], json.dumps([question])),
        )
        for _ in range(COLD_REPEATS)
    ]
    cold, cold_plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    lines.append(
        f"cold, median of {COLD_REPEATS}: citewell ask {cold:.2f} s, LlamaIndex script {cold_plain:.2f} s, "
        f"ratio {cold / cold_plain:.2f}"
    )
    return lines


def main() -> None:
    """Print the whole bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(*index_lines("demo", CARDS, folder), sep="\n", flush=True)
        print(*answer_lines(folder), sep="\n", flush=True)
        if not CRANFIELD.is_dir():
            print(f"no {CRANFIELD}: the Cranfield figures are left out")
            return
        print(*index_lines("cranfield", CRANFIELD / "papers.jsonl", folder), sep="\n", flush=True)
        print(*cranfield(folder / "ours-cranfield", CRANFIELD), sep="\n", flush=True)


if __name__ == "__main__":
    main()
