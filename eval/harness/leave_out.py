"""Half of the papers taken out: are questions about them refused, and those about the other half answered?"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.gold.dataset import load_gold, title_key
from index import Embedder, Index, open_index, sync
from index.errors import InputError
from index.readers import Entry, read_file
from rag.assistant import Assistant
from rag.schema import Answer

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about papers of a corpus; near_miss is one of its make that they do not answer."""

    question: str
    titles: tuple[str, ...]
    key_facts: tuple[str, ...] = ()
    near_miss: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """How many questions were asked of each sort and how many of them were refused, flatly or at all."""

    absent: int
    absent_refused: int
    absent_flatly: int
    present: int
    present_refused: int
    near: int
    near_refused: int

    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """The table: what was asked, how many, the share refused."""
        return (
            ("about papers that are left out", str(self.absent), _share(self.absent_refused, self.absent)),
            ("… refused without closest sentences", str(self.absent), _share(self.absent_flatly, self.absent)),
            ("about papers that are there", str(self.present), _share(self.present_refused, self.present)),
            ("near misses of those", str(self.near), _share(self.near_refused, self.near)),
        )


def leave_out(
    papers: str | Path,
    questions: str | Path,
    *,
    seed: int = 0,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> LeaveOut:
    """Index a random half of the papers and ask every question whose papers are all there or all gone."""
    asked = load_asked(questions, papers)
    with tempfile.TemporaryDirectory() as folder, half(papers, Path(folder), seed, embedder) as index:
        return ask_both(Assistant(index), index, asked, progress or (lambda done, total: None))


def half(papers: str | Path, folder: Path, seed: int, embedder: Embedder | None = None) -> Index:
    """An index in the folder of a random half of the papers of a file."""
    rows = [_row(entry) for entry in read_file(Path(papers)).entries]
    rows.sort(key=lambda row: str(row["title"]))
    random.Random(seed).shuffle(rows)
    kept = folder / "kept.jsonl"
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows[: (len(rows) + 1) // 2])
    kept.write_text(text, encoding="utf-8")
    sync([kept], index=folder / "index", embedder=embedder)
    return open_index(folder / "index", embedder=embedder)


def ask_both(assistant: Assistant, index: Index, asked: Sequence[Asked], progress: Progress) -> LeaveOut:
    """Ask each question whose papers are all in the index or none of them, and the near misses of the former."""
    there = {title_key(paper.title) for paper in index.papers()}
    counts = dict.fromkeys(LeaveOut.__slots__, 0)
    for number, one in enumerate(asked):
        progress(number, len(asked))
        held = [title_key(title) in there for title in one.titles]
        if any(held) and not all(held):
            continue
        sort = "present" if all(held) else "absent"
        answer = assistant.ask(one.question)
        counts[sort] += 1
        counts[f"{sort}_refused"] += answer.abstained and (sort == "absent" or not _near_enough(one, answer))
        counts["absent_flatly"] += sort == "absent" and answer.abstained and not answer.sentences
        if sort == "present" and one.near_miss:
            counts["near"] += 1
            counts["near_refused"] += assistant.ask(one.near_miss).abstained
    progress(len(asked), len(asked))
    return LeaveOut(**counts)


def load_asked(questions: str | Path, papers: str | Path) -> tuple[Asked, ...]:
    """The answerable questions of a gold set, or the questions of JSON Lines; ``papers`` tells the titles of ids."""
    file = Path(questions)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the questions {file}: {error}") from error
    if '"format"' in text.partition("\n")[0]:
        chosen = [e for e in load_gold(file).examples if e.answerable and not e.history and e.kind != "list"]
        return tuple(Asked(e.question, e.relevant_titles, e.key_facts) for e in chosen)
    titles = {row.get("id"): row["title"] for row in map(_row, read_file(Path(papers)).entries)}
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            named = tuple(row.get("titles") or (titles[row["paper_id"]],))
            found.append(Asked(str(row["question"]), named, tuple(row.get("key_facts", ())), row.get("near_miss")))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{file}, line {number}: no question about a paper of {papers} ({error})") from error
    return tuple(found)


def _near_enough(asked: Asked, answer: Answer) -> bool:
    """Whether the sentences of "closest" say what was asked; without key facts, whether they are of its paper."""
    if asked.key_facts:
        said = " ".join(sentence.text for sentence in answer.sentences)
        return all(re.search(fact, said, re.IGNORECASE) for fact in asked.key_facts)
    titles = {title_key(title) for title in asked.titles}
    return any(title_key(citation.title) in titles for citation in answer.citations)


def _row(entry: Entry) -> dict[str, Any]:
    return {"id": entry.entry_id, "title": entry.title, "abstract": entry.abstract}


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"
