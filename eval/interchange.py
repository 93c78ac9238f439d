"""BEIR folders, TREC runs and qrels, in and out: so that other tools can score ours, and ours can score theirs."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.gold.dataset import header_line, load_gold, resolve, title_key, to_line
from eval.harness.settings import parse_settings
from eval.metrics import METRICS, Tools
from eval.runs.folder import FORMAT, VERSION, Run, finish, load_run, open_folder, replace_text
from eval.runs.machine import code
from eval.schema import GoldSet, QAExample, Result, Timing
from index.errors import InputError
from index.schema import Paper


def export_beir(gold: GoldSet, papers: Sequence[Paper], folder: Path) -> None:
    """Write corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv, one for each split of the gold set."""
    resolved = resolve(gold, papers)
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    corpus = [{"_id": p.paper_id, "title": p.title, "text": p.abstract, "metadata": {}} for p in papers]
    queries = [{"_id": e.query_id, "text": e.question, "metadata": {}} for e in resolved.examples]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        replace_text(folder / f"{name}.jsonl", text)
    for split in sorted({e.split for e in resolved.examples}):
        lines = ["query-id\tcorpus-id\tscore"]
        lines += [f"{e.query_id}\t{i}\t1" for e in resolved.examples if e.split == split for i in e.relevant_ids]
        replace_text(folder / "qrels" / f"{split}.tsv", "\n".join(lines) + "\n")


def import_beir(folder: Path, out: Path) -> tuple[int, int]:
    """Write the queries of a BEIR folder as a gold set: how many were written, and how many had no relevant paper.

    The corpus itself is indexed with ``citewell index sync FOLDER/corpus.jsonl``. Questions are tied to papers by
    title; a query whose relevant documents have no titles is left out.
    """
    titles = {str(row["_id"]): str(row.get("title") or "").strip() for row in _rows(folder / "corpus.jsonl", "_id")}
    splits = {"dev.tsv": "dev"}
    relevant: dict[str, tuple[str, list[str]]] = {}
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise InputError(f"{folder} holds no qrels/*.tsv; a BEIR folder has one for each split")
    for file in files:
        for query, document, grade in _qrels_tsv(file):
            if grade > 0:
                relevant.setdefault(query, (splits.get(file.name, "test"), []))[1].append(document)
    lines, empty = [header_line(folder.resolve().name)], 0
    for row in _rows(folder / "queries.jsonl", "_id", "text"):
        split, documents = relevant.get(str(row["_id"]), ("test", []))
        named = tuple(dict.fromkeys(title for d in documents if (title := titles.get(d, ""))))
        if named:
            example = QAExample(str(row["_id"]), str(row["text"]), True, relevant_titles=named, kind="retrieval")
            lines.append(to_line(replace(example, split=split)))
        else:
            empty += 1
    replace_text(out, "\n".join(lines) + "\n")
    return len(load_gold(out).examples), empty


def export_trec(run: Run, folder: Path) -> None:
    """Write run.trec (what was retrieved) and qrels.trec (what is relevant) of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    ranked = [
        f"{r.example.query_id} Q0 {paper_id} {rank} {1 / rank:.6f} {run.name.replace(' ', '_')}"
        for r in run.results
        for rank, paper_id in enumerate(r.retrieved, start=1)
    ]
    qrels = [f"{r.example.query_id} 0 {paper_id} 1" for r in run.results for paper_id in r.example.relevant_ids]
    replace_text(folder / "run.trec", "".join(line + "\n" for line in ranked))
    replace_text(folder / "qrels.trec", "".join(line + "\n" for line in qrels))


def import_trec(file: Path, gold: GoldSet, papers: Sequence[Paper], out: Path) -> Run:
    """Score another tool's TREC run by retrieval alone; its document ids are the ids or titles of papers."""
    known = {paper.paper_id: paper.paper_id for paper in papers}
    known |= {title_key(paper.title).replace(" ", "_"): paper.paper_id for paper in papers}
    resolved = resolve(gold, papers)
    ranked: dict[str, list[tuple[float, str]]] = {e.query_id: [] for e in resolved.examples}
    for number, (query, document, score) in enumerate(_trec(file), start=1):
        if document not in known:
            raise InputError(f"{file}, entry {number}: no paper of the index has the id {document!r}")
        if query in ranked:
            ranked[query].append((score, known[document]))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "settings": dict(parse_settings().values),
        "gold": {"name": gold.name, "sha256": gold.sha256, "split": "all", "questions": len(resolved.examples)},
        "fingerprint": {"trec": file.name},
        "code": code(),
        "versions": {"python": platform.python_version()},
        "notes": [f"Imported from {file.name}: rankings without answers."],
    }
    open_folder(out, manifest)
    done = []
    for example in resolved.examples:
        order = sorted(ranked[example.query_id], key=lambda pair: -pair[0])
        result = Result(example, None, retrieved=tuple(dict.fromkeys(paper_id for _, paper_id in order)))
        scores = tuple(metric.score(result, Tools()) for metric in METRICS.values())
        done.append((replace(result, scores=scores), Timing(example.query_id, 0.0)))
    finish(out, done)
    return load_run(out)


def _rows(file: Path, *needed: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{file}, line {number}: not a whole JSON object ({error.msg})") from error
            missing = [name for name in needed if not isinstance(row, dict) or name not in row]
            if missing:
                raise InputError(f"{file}, line {number}: no field {missing[0]!r}")
            yield row


def _qrels_tsv(file: Path) -> Iterator[tuple[str, str, float]]:
    for number, line in enumerate(_lines(file), start=1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and cells[0] in ("query-id", "query_id")):
            continue
        yield _entry(file, number, cells, 3, 0, 1, 2)


def _trec(file: Path) -> Iterator[tuple[str, str, float]]:
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            yield _entry(file, number, line.split(), 6, 0, 2, 4)


def _entry(file: Path, number: int, cells: list[str], width: int, *at: int) -> tuple[str, str, float]:
    if len(cells) != width:
        raise InputError(f"{file}, line {number}: {width} columns expected, {len(cells)} found")
    try:
        return cells[at[0]], cells[at[1]], float(cells[at[2]])
    except ValueError as error:
        raise InputError(f"{file}, line {number}: {cells[at[2]]!r} is no number") from error


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error}") from error
