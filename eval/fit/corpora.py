"""What the reading is fitted on: questions of many sorts over the demo papers and over papers of five other fields.

Of ../shared/reading those papers are used that the reader was not trained on; no question is of a held-out set.
``eval.fit.reading`` asks each question again with its papers left out.
"""

from __future__ import annotations

import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from eval.gold.dataset import load_gold, title_key
from eval.harness.leave_out import load_asked
from eval.schema import GoldSet
from index import Index, open_index, sync
from index.errors import InputError

UNTRAINED = (1440, 1763)  # papers of ../shared/reading that the reader never saw
ROBOTICS = "cs.RO"  # a corpus of its own
FIELDS = ("medical", "robotics", "medicine", "language")  # of eval/gold/leave_out; "learning" there is held out
ITEM = re.compile(r"(\d{4}) ([qn]) ?([\d,]*) \| (.+)")
PER_PAPER = 1  # questions of a paper of ../shared/reading, and near misses


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, the titles of the papers that answer it, and what tells the sentences that do.

    kind: answerable, near, far or premise. key_facts: patterns. sentences: those that answer.
    """

    question: str
    kind: str
    titles: tuple[str, ...] = ()
    key_facts: tuple[str, ...] = ()
    sentences: frozenset[str] = field(default_factory=frozenset)

    def answers(self, title: str, sentence: str) -> bool:
        """Whether a sentence of a paper is one of those that answer."""
        if title_key(title) not in {title_key(one) for one in self.titles}:
            return False
        known = any(sentence in one or one in sentence for one in self.sentences)
        return known or any(re.search(fact, sentence, re.I) for fact in self.key_facts)


def corpora(demo: Index, reading: Path) -> Iterator[tuple[str, Index, tuple[Posed, ...]]]:
    """Each corpus as an open index, and what is asked of it; ``reading`` is ../shared/reading."""
    if not reading.is_dir():
        raise InputError(f"{reading} is not here; run this in a checkout that has it beside it")
    yield "demo", demo, demo_questions()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, (papers, posed) in {"other fields": other_fields(reading, place), **fields(reading, place)}.items():
            sync([papers], index=place / name)
            with open_index(place / name, exact=True) as index:
                yield name, index, posed


def fields(reading: Path, folder: Path) -> dict[str, tuple[Path, tuple[Posed, ...]]]:
    """The corpora of FIELDS: a file of papers in the folder, and the questions and near misses of eval/gold/leave_out.

    papers.json there tells the rows of a corpus: of pool.jsonl in ``reading``, or of titles.jsonl in public.tar.xz.
    """
    gold = Path(str(resources.files("eval.gold"))) / "leave_out"
    with tarfile.open(reading / "public.tar.xz") as archive:
        titled = [json.loads(line) for line in archive.extractfile("titles.jsonl") or ()]
    pool = [json.loads(line) for line in (reading / "pool.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = json.loads((gold / "papers.json").read_text(encoding="utf-8"))
    found = {}
    for name in FIELDS:
        questions = gold / f"{name}.jsonl"
        prefix = json.loads(questions.read_text(encoding="utf-8").partition("\n")[0])["paper_id"].partition("-")[0]
        papers = [_paper((pool if name == "robotics" else titled)[row]) for row in chosen[name]]
        file = folder / f"{name}.jsonl"
        lines = (json.dumps({"id": f"{prefix}-{number:03d}", **paper}) for number, paper in enumerate(papers, 1))
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        posed = []
        for one in load_asked(questions, file):
            posed.append(Posed(one.question, "answerable", one.titles, one.key_facts))
            posed.append(Posed(str(one.near_miss), "near", one.titles))
        found[name] = file, tuple(posed)
    return found


def _paper(row: dict[str, str]) -> dict[str, str]:
    title, abstract = row.get("title") or row["query"], row.get("abstract") or row["passage"]
    return {"title": " ".join(title.split()), "abstract": " ".join(abstract.split())}


def demo_questions() -> tuple[Posed, ...]:
    """The development questions over the demo papers, without those on the corpus as a whole and on metadata."""
    folder = Path(str(resources.files("eval.gold")))
    sets = (load_gold(split="dev"), load_gold(folder / "newcomer.jsonl"), load_gold(folder / "calibration.jsonl"))
    return tuple(posed for gold in sets for posed in _posed(gold))


def other_fields(reading: Path, folder: Path) -> tuple[Path, tuple[Posed, ...]]:
    """The papers of ../shared/reading that the reader never saw, as a file in the folder, and what is asked of them."""
    first, last = UNTRAINED
    rows = [json.loads(line) for line in (reading / "abstracts.jsonl").read_text(encoding="utf-8").splitlines()]
    kept = {row["n"]: row for row in rows if first <= int(row["n"]) < last and row["category"] != ROBOTICS}
    file = folder / "papers.jsonl"
    lines = (
        json.dumps({"id": row["n"], "title": row["title"], "abstract": " ".join(row["sentences"])})
        for row in kept.values()
    )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    taken: dict[tuple[str, str], int] = {}
    posed = []
    for batch in sorted((reading / "items").glob("batch*.txt")):
        for found in map(ITEM.fullmatch, batch.read_text(encoding="utf-8").splitlines()):
            if found is None or found[1] not in kept:
                continue
            key, row = (found[1], found[2]), kept[found[1]]
            taken[key] = taken.get(key, 0) + 1
            if taken[key] <= PER_PAPER:
                answers = frozenset(row["sentences"][int(number)] for number in found[3].split(",") if number)
                kind = "answerable" if found[2] == "q" else "near"
                posed.append(Posed(found[4], kind, (row["title"],), sentences=answers))
    return file, tuple(posed)


def _posed(gold: GoldSet) -> Iterator[Posed]:
    for one in gold.examples:
        if one.kind in ("list", "metadata") or one.history:
            continue
        kind = "answerable" if one.answerable else "premise" if one.outcome == "false_premise" else str(one.scope)
        yield Posed(one.question, kind, one.relevant_titles, one.key_facts)
