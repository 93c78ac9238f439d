"""How well questions about the library, second questions and comparisons are read: shares by kind, without a model.

``python -m eval.harness.library [dev|test]`` prints them over the demo corpus; the rows are in eval/gold/library/.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from index import demo_index
from rag import Turn
from rag.assistant import Assistant
from rag.schema import Answer

LISTS = ("papers_from_date", "how_many", "newest", "oldest", "list_topic")
Shares = dict[str, list[float]]


def rows(name: str, split: str) -> list[dict[str, Any]]:
    """The rows of one half of a set in eval/gold/library: "turns", "questions" or "comparisons"."""
    text = resources.files("eval.gold").joinpath("library", f"{name}.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()[1:]]
    return [row for row in found if row["split"] == split]


def measure(assistant: Assistant, split: str) -> dict[str, float]:
    """The mean of each figure, over the rows that it applies to."""
    found: Shares = defaultdict(list)
    for row in rows("questions", split):
        for name, value in library_scores(row, assistant.ask(row["question"])):
            found[f"{row['asks']}: {name}"].append(value)
    for row in rows("second", split):
        for name, value in second_scores(row, assistant.ask(row["question"])):
            found[f"second hand, {row['asks']}: {name}"].append(value)
    for row in rows("turns", split):
        first = assistant.ask(row["first"])
        answer = assistant.ask(row["second"], history=[Turn(row["first"], first)])
        for name, value in turn_scores(row, answer):
            found[f"turns: {name}"].append(value)
    for row in rows("comparisons", split):
        for name, value in comparison_scores(row, assistant.ask(row["question"])):
            found[f"comparisons: {name}"].append(value)
    return {name: sum(values) / len(values) for name, values in found.items()}


def library_scores(row: Mapping[str, Any], answer: Answer) -> Iterator[tuple[str, float]]:
    """Lists: precision, recall and both whole; one paper: it alone is named; none: an honest no that quotes nothing."""
    wanted, cited = set(row["relevant_titles"]), {citation.title for citation in answer.citations}
    said = f"{answer.text} {answer.reason or ''}"
    if row["asks"] in LISTS and wanted:
        both = len(wanted & cited)
        yield "precision", both / len(cited) if cited else 0.0
        yield "recall", both / len(wanted)
        yield "exact", float(cited == wanted)
    elif row["asks"] == "how_many":
        yield "exact", float(re.search(rf"\b{row['note'].split()[0]}\b", said) is not None)
    elif wanted:
        quotes = any(citation.quote for citation in answer.citations) and row["asks"] not in ("by_key", "by_doi")
        yield "right", float((cited == wanted or (not cited and any(t in said for t in wanted))) and not quotes)
    else:
        yield "right", float(answer.abstained and not answer.citations)


def second_scores(row: Mapping[str, Any], answer: Answer) -> Iterator[tuple[str, float]]:
    """Titles asked for: precision and recall of those cited, where maybe_titles count neither way; else: it is said."""
    wanted, cited = set(row["relevant_titles"]), {citation.title for citation in answer.citations}
    if row["answer"] == ["cannot be told"]:
        yield "right", float(answer.outcome == "not_stated")
    elif set(row["answer"]) <= wanted:
        counted = cited - set(row.get("maybe_titles", ()))
        yield "precision", len(wanted & cited) / len(counted) if counted else 0.0
        yield "recall", len(wanted & cited) / len(wanted)
    else:
        said = f"{answer.text} {answer.reason or ''}"
        yield "right", float(all(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said, re.I) for one in row["answer"]))


def turn_scores(row: Mapping[str, Any], answer: Answer) -> Iterator[tuple[str, float]]:
    """Whether the second question was read as leaning on the first, and whether paper and key facts are shown."""
    leant = answer.read_as is not None
    yield "follow-up read as one" if row["followup"] else "new question read alone", float(leant == row["followup"])
    about = "follow-up" if row["followup"] else "new question"
    yield f"{about}, paper shown", float(bool({c.title for c in answer.citations} & set(row["relevant_titles"])))
    if row["key_facts"]:
        yield f"{about}, key facts", float(all(re.search(fact, answer.text) for fact in row["key_facts"]))


def comparison_scores(row: Mapping[str, Any], answer: Answer) -> Iterator[tuple[str, float]]:
    """Whether the papers compared are those meant, in a table where they are two, and the share of key facts shown."""
    table = answer.table
    shown = answer.text + (" ".join(cell.text for line in table.rows for cell in line.cells) if table else "")
    yield "papers exact", float({citation.title for citation in answer.citations} == set(row["titles"]))
    yield "table given", float(table is not None)
    yield "key facts", sum(re.search(fact, shown) is not None for fact in row["key_facts"]) / len(row["key_facts"])


def main(arguments: Sequence[str]) -> None:
    """Print the figures of one half."""
    with demo_index() as index:
        for name, value in sorted(measure(Assistant(index), arguments[0] if arguments else "dev").items()):
            print(f"{value:5.2f}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
