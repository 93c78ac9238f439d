"""A folder of 5,000 records in eight formats: the report counts what the generator wrote."""

# ruff: noqa: E501 - records as programs write them
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from index import sync
from index.embedding.fake import FakeEmbedder

EACH = 625


def _text(number: int, kind: str) -> tuple[str, str]:
    """A title and an abstract of its own; every fifth record has none."""
    abstract = "" if number % 5 == 0 else f"Weir {number} of {kind} lost {number} snails a day and {number * 7} shells."
    return f"Weir {number} and its {kind} snails", abstract


def _bibtex(number: int, title: str, abstract: str) -> str:
    return f"@article{{b{number}, title={{{title}}}, year=2020{f', abstract={{{abstract}}}' if abstract else ''}}}\n"


WRITERS: dict[str, tuple[Callable[[int, str, str], str], str, str]] = {
    "bibtex.bib": (_bibtex, "", ""),
    "ris.ris": (lambda n, t, a: f"TY  - JOUR\nTI  - {t}\nAB  - {a}\nER  - \n\n", "", ""),
    "medline.nbib": (lambda n, t, a: f"PMID- {n + 1}\nTI  - {t}\nAB  - {a}\n\n", "", ""),
    "wos.ciw": (lambda n, t, a: f"PT J\nTI {t}\nAB {a}\nUT WOS:{n}\nER\n\n", "FN Clarivate Web of Science\nVR 1.0\n", "EF"),
    "endnote.enw": (lambda n, t, a: f"%0 Journal Article\n%T {t}\n%A Low, Ann\n%X {a}\n\n", "", ""),
    "table.csv": (lambda n, t, a: f'"{t}","{a}",2020\n', "title,abstract,year\n", ""),
    "openalex.jsonl": (
        lambda n, t, a: json.dumps({"id": f"W{n}", "display_name": t, "authorships": [], "abstract": a}) + "\n", "", "",
    ),
    "csl-json.json": (
        lambda n, t, a: ("," if n else "") + json.dumps({"id": f"c{n}", "type": "x", "title": t, "abstract": a, "issued": {}}),
        "[", "]",
    ),
}  # fmt: skip


def test_every_record_is_counted_where_it_belongs(tmp_path: Path) -> None:
    for name, (write, head, tail) in WRITERS.items():
        records = (write(number, *_text(number, name.partition(".")[0])) for number in range(EACH))
        (tmp_path / name).write_text(head + "".join(records) + tail, encoding="utf8")
    report = sync([tmp_path], index=tmp_path / "i", embedder=FakeEmbedder(), dry_run=True)
    bare = -(-EACH // 5)
    assert {Path(one.file).name.partition(".")[0]: (one.format, one.entries, one.without_abstract, one.rejected)
            for one in report.files} == {name: (name, EACH - bare, bare, 0) for name in
            (file.partition(".")[0] for file in WRITERS)}  # fmt: skip
    assert (report.entries, report.without_abstract) == (8 * (EACH - bare), 8 * bare)
    assert (report.papers, report.merged, report.rejected - report.without_abstract) == (8 * EACH, 0, 0)
