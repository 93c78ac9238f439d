"""Papers left out of a corpus: what is counted, by hand, over a small real index with a quick embedder."""

import json
from pathlib import Path

import pytest

from eval.harness.leave_out import Asked, LeaveOut, ask_both, half, leave_out, load_asked
from index.embedding.fake import FakeEmbedder
from index.errors import InputError
from rag import Assistant

PAPERS = (
    ("Tide gauges", "Tide gauges at 14 harbours were read for a decade. The sea rose by 3 mm a year."),
    ("Rye bread", "Sourdough starters of rye hold 12 species of yeast. Warm starters rise faster."),
    ("Bat calls", "Bats call at 45 kHz in open fields. Rain halves the number of calls."),
    ("Lake ice", "Ice on northern lakes melts 9 days earlier than before. Fish move upwards."),
)


def corpus(folder: Path) -> Path:
    file = folder / "papers.jsonl"
    rows = ({"id": f"p{n}", "title": title, "abstract": text} for n, (title, text) in enumerate(PAPERS))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_half_of_the_papers_stay_and_the_seed_chooses_which(tmp_path: Path) -> None:
    kept = []
    for seed in (0, 0, 1, 2, 3):
        folder = tmp_path / str(len(kept))
        folder.mkdir()
        with half(corpus(tmp_path), folder, seed, FakeEmbedder()) as index:
            kept.append({paper.title for paper in index.papers()})
    assert all(len(titles) == 2 for titles in kept) and kept[0] == kept[1]
    assert len({frozenset(titles) for titles in kept}) > 1


def test_what_is_counted(tmp_path: Path) -> None:
    with half(corpus(tmp_path), tmp_path, 0, FakeEmbedder()) as index:
        here = [paper.title for paper in index.papers()]
        gone = [title for title, _ in PAPERS if title not in here]
        asked = [
            Asked("What is said of it?", (here[0],), near_miss="Who paid for it?"),
            Asked("What is said of this?", (gone[0],)),
            Asked("Do both say it?", (here[0], gone[1])),  # neither there nor gone: not asked
        ]
        never = Assistant(index, abstain=False)
        # nothing is refused where nothing may be
        assert ask_both(never, index, asked, lambda done, total: None) == LeaveOut(1, 0, 0, 1, 0, 1, 0)


def test_questions_are_json_lines_or_a_gold_set(tmp_path: Path) -> None:
    papers, file = corpus(tmp_path), tmp_path / "questions.jsonl"
    file.write_text('{"question": "How loud?", "paper_id": "p2", "key_facts": ["45 kHz"], "near_miss": "How far?"}\n')
    assert load_asked(file, papers) == (Asked("How loud?", ("Bat calls",), ("45 kHz",), "How far?"),)
    header = '{"format": "citewell-gold", "version": 1, "name": "bats"}\n'
    row = {"query_id": "q", "question": "How loud?", "answerable": True, "relevant_titles": ["Bat calls"]}
    file.write_text(header + json.dumps(row) + "\n")
    assert load_asked(file, papers) == (Asked("How loud?", ("Bat calls",)),)


@pytest.mark.parametrize("line", ["[1]", '{"question": "?", "paper_id": "p9"}', '{"paper_id": "p1"}', "{"])
def test_a_line_that_asks_nothing_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "How loud?", "paper_id": "p2"}\n' + line + "\n")
    with pytest.raises(InputError, match=r"questions\.jsonl, line 2: "):
        leave_out(corpus(tmp_path), file)
