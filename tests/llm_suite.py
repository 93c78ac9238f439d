"""Ask the 50 questions of tests/data/llm_questions.txt with a language model and keep the answers.

    python tests/llm_suite.py [--llm gguf:…] [--llm-url URL] [--top-k 2] [--out runs/llm-suite] [--first N]

Without --llm it is SmolLM2 in this process. Each answer is one JSON file; the summary is the last line printed.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import smollm2

from index import demo_index
from rag import Assistant
from rag.llms import get_llm

QUESTIONS = Path(__file__).parent / "data" / "llm_questions.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--llm")
    parser.add_argument("--llm-url")
    parser.add_argument("--top-k", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/llm-suite"))
    parser.add_argument("--first", type=int, default=50)
    given = parser.parse_args()
    name = given.llm or (None if given.llm_url else f"gguf:{smollm2.gguf()}")
    llm = get_llm(name, url=given.llm_url)
    given.out.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with demo_index() as index:
        assistant = Assistant(index, llm=llm, top_k=given.top_k, fallback=False)
        for number, question in enumerate(QUESTIONS.read_text(encoding="utf8").splitlines()[: given.first], 1):
            started = time.monotonic()
            answer = assistant.ask(question)
            (given.out / f"{number:02}.json").write_text(
                json.dumps(answer.to_dict(), ensure_ascii=False, indent=1), encoding="utf8"
            )
            for what in (answer.outcome, *(f"sentence {s.verdict}" for s in answer.sentences)):
                counts[what] = counts.get(what, 0) + 1
            print(
                f"{number:2} {time.monotonic() - started:5.1f} s  {answer.outcome:13} {answer.text[:120]}", flush=True
            )
    print(json.dumps(counts, sort_keys=True))


if __name__ == "__main__":
    main()
