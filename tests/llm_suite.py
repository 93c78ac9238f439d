"""Ask a small real model the 50 questions of tests/data/llm_questions.txt, in this process and over real servers.

    python tests/llm_suite.py [SERVER …] [--first N] [--top-k 2] [--out runs/llm-suite]
    python tests/llm_suite.py --llm PROVIDER:MODEL [--llm-url URL]      another model

Every question must end, streamed, with an answer or an honest outcome, without falling back on quotes; what must hold
for the answer stands in tests/llm_checks.py. Each answer is kept as a JSON file. Exit code 1 where anything fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from llm_checks import ask
from llm_servers import SERVERS, missing, model

from index import Index, demo_index
from index.errors import ModelError
from rag import Assistant
from rag.llms import LLM, Limits

QUESTIONS = Path(__file__).parent / "data" / "llm_questions.txt"
PATIENT = Limits(silence=300, total=600)  # a busy machine is no failure of a server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("servers", nargs="*", metavar="SERVER", help=f"of {', '.join(SERVERS)}; all by default")
    parser.add_argument("--llm")
    parser.add_argument("--llm-url")
    parser.add_argument("--top-k", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/llm-suite"))
    parser.add_argument("--first", type=int, default=50)
    given = parser.parse_args()
    questions = QUESTIONS.read_text(encoding="utf8").splitlines()[: given.first]
    failed = False
    with demo_index() as index:
        if given.llm or given.llm_url:
            asked = [("given", nullcontext(model(given.llm, url=given.llm_url, limits=PATIENT)))]
        else:
            asked = [(name, SERVERS[name](PATIENT)) for name in given.servers or SERVERS if not told(name)]
        for name, server in asked:
            with server as llm:
                failed = not run(name, llm, index, questions, given.top_k, given.out / name) or failed
    sys.exit(failed)


def told(server: str) -> bool:
    """Whether the server cannot be had here; then a line says so."""
    lacks = missing(server)
    if lacks:
        print(f"{server}: not tried, needs {lacks}")
    return lacks is not None


def run(name: str, llm: LLM, index: Index, questions: list[str], top_k: int, out: Path) -> bool:
    """Ask them all of one server, print what comes, and say whether all is well."""
    out.mkdir(parents=True, exist_ok=True)
    assistant = Assistant(index, llm=llm, top_k=top_k, fallback=False)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    times: list[float] = []
    for number, question in enumerate(questions, 1):
        started = time.monotonic()
        try:
            answer, found = ask(assistant, question)
        except ModelError as error:
            counts["failed"] += 1
            wrong.append(f"{question} {error}")
            print(f"{name} {number:2} failed: {error}", flush=True)
            continue
        times.append(time.monotonic() - started)
        wrong += [f"{question} {problem}" for problem in found]
        kept = json.dumps(answer.to_dict(), ensure_ascii=False, indent=1)
        (out / f"{number:02}.json").write_text(kept, encoding="utf8")
        counts.update([answer.outcome, *(f"sentence {sentence.verdict}" for sentence in answer.sentences)])
        print(f"{name} {number:2} {times[-1]:5.1f} s {answer.outcome:13} {answer.text[:100]}", flush=True)
    print("\n".join(wrong), end="\n" if wrong else "")
    longest = max(times, default=0.0)
    print(f"{name}: {len(times)} of {len(questions)} ended; {sum(times):.0f} s, the longest {longest:.1f} s;", end=" ")
    print(", ".join(f"{what} {count}" for what, count in sorted(counts.items())) + f"; problems {len(wrong)}\n")
    return not wrong


if __name__ == "__main__":
    main()
