"""Turn the hand-written items and the public sets of ../shared/reading into packed training rows.

A row is a list of pieces (special tokens, question or claim, title, sentences); every text is tokenised and kept
once, so that half a million rows fit in some megabytes. Papers from DEV_FROM on, and a fortieth of the public
groups, are never trained on. Left out: pool.jsonl and Evidence Inference, which serve as corpora for leave-out tests.

usage: python -m eval.fit.reader.prepare --reading ../shared/reading --base MODEL_FOLDER --out rows.npz [--pairs FILE]
The same arguments give the same rows.
"""

import argparse
import json
import random
import tarfile
import zlib
from collections import defaultdict
from pathlib import Path

from eval.fit.reader import devrows
from eval.fit.reader.items import Item, Paper, read_items
from eval.fit.reader.own import OwnRows
from eval.fit.reader.rows import Rows

DEV_FROM, DEV_TO = 1440, 1600
# source: (most rows, weight, kept: also in the second stage of the training)
PUBLIC: dict[str, tuple[int, float, bool]] = {
    "aclsum": (9999, 1.0, True),
    "check_covid": (9999, 1.0, True),
    "clapnq": (9999, 1.0, False),
    "covidqa": (9999, 1.0, True),
    "edits": (24000, 0.5, True),
    "entbank": (9999, 0.5, False),
    "fever_dev": (9999, 0.5, False),
    "fm2": (9999, 1.0, False),
    "hans": (1000, 0.3, False),
    "liveqa": (9999, 0.5, False),
    "medquad": (8000, 0.5, False),
    "medquad_rank": (2000, 0.3, False),
    "mnli_dev": (9999, 0.5, False),
    "mnli_taxi": (9999, 0.5, False),
    "qamr": (4000, 0.3, False),
    "qed": (9999, 0.7, False),
    "qnli_dev": (9999, 0.5, False),
    "scifact": (9999, 1.0, True),
    "scitldr": (9999, 0.6, True),
    "selqa": (9999, 0.5, False),
    "snli_dev": (4000, 0.3, False),
    "squad2_dev": (99999, 1.0, False),
    "squad2_dropped": (9999, 1.0, False),
    "sra": (3000, 0.4, False),
    "titles": (4000, 0.2, True),
}
LISTED = ("nqg", "selqa")  # questions with labelled sentences: these teach the sentence head


def held_out(group: str) -> bool:
    """Say whether a public group belongs to the dev part."""
    return zlib.crc32(group.encode()) % 40 == 0


def read_public(archive: Path) -> dict[str, list[dict[str, str | int]]]:
    """Read the public rows by source, without those that rest on Evidence Inference."""
    found: dict[str, list[dict[str, str | int]]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            stream = tar.extractfile(member) if member.name.endswith(".jsonl") else None
            if stream is not None:
                rows = [json.loads(line) for line in stream]
                found[Path(member.name).stem] = [r for r in rows if not r["group"].startswith("evinf")]
    return found


def add_public(out: Rows, public: dict[str, list[dict[str, str | int]]], rng: random.Random) -> None:
    """Add each public source up to its number of rows."""
    for source, (most, weight, science) in PUBLIC.items():
        rows = public[source]
        rng.shuffle(rows)
        for r in rows[:most]:
            task = "support" if r["task"] == "support" else "answer"
            dev = held_out(str(r["group"]))
            out.add(
                "public" if dev else "train",
                task,
                str(r["query"]),
                [str(r["passage"])],
                int(r["label"]),
                weight=weight * (0.6 if r["task"] == "rank" else 1.0),
                source=source,
                science=science,
            )


def add_listed(out: Rows, rows: list[dict[str, str | int]], source: str, rng: random.Random, most: int) -> None:
    """Make small passages of sentences, one of them the answer, and the same without it."""
    groups: dict[str, list[str]] = defaultdict(list)
    right: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in rows:
        if r["task"] == "rank":
            groups[str(r["group"])].append(str(r["passage"]))
            if r["label"]:
                right[str(r["group"]), str(r["query"])].append(str(r["passage"]))
    for (group, query), answers in sorted(right.items(), key=lambda _: rng.random())[:most]:
        if held_out(group):
            continue
        others = sorted({s for s in groups[group] if s not in answers})
        some = rng.sample(others, min(len(others), rng.randint(2, 6)))
        mixed = [(s, False) for s in some] + [(s, True) for s in answers[:2]]
        rng.shuffle(mixed)
        evidence = [i for i, (_, hit) in enumerate(mixed) if hit]
        out.add("train", "answer", query, [s for s, _ in mixed], 1, evidence=evidence, weight=0.6, source=source)
        if some and rng.random() < 0.5:
            out.add("train", "answer", query, some, 0, evidence=[], weight=0.4, source=source)


def add_pairs(out: Rows, path: Path) -> None:
    """Add the project's own claim pairs, for measuring only."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        r = json.loads(line)
        if r["split"] in ("dev", "test"):
            out.add("pairs-" + r["split"], "support", r["claim"], [r["span"]], int(r["supported"]), kind=r["kind"])


def main() -> None:
    """Read, make the rows, write them."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--reading", type=Path, default=Path("../shared/reading"))
    ap.add_argument("--base", type=Path, required=True)
    ap.add_argument("--out", type=Path, default=Path("rows.npz"))
    ap.add_argument("--pairs", type=Path)
    ap.add_argument("--rounds", type=int, default=4, help="times each item is used, each time in another make")
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    rng = random.Random(args.seed)
    papers = [
        Paper(int(a["n"]), a["category"], a["title"], a["sentences"])
        for a in map(json.loads, (args.reading / "abstracts.jsonl").read_text(encoding="utf-8").splitlines())
    ]
    items: list[Item] = [i for f in sorted((args.reading / "items").glob("*.txt")) for i in read_items(f)]
    dev = range(DEV_FROM, DEV_TO)
    out = Rows(args.base / "tokenizer.json")
    own = OwnRows(out, [p for p in papers if p.n not in dev], rng)
    for _ in range(args.rounds):
        own.questions([i for i in items if i.n not in dev])
        own.claims([i for i in items if i.n not in dev])
    out.balance("own-claims")
    dev_papers, dev_items, fixed = [p for p in papers if p.n in dev], [i for i in items if i.n in dev], random.Random(0)
    devrows.add_questions(out, dev_papers, dev_items, fixed)
    devrows.add_claims(out, dev_papers, dev_items, fixed)
    public = read_public(args.reading / "public.tar.xz")
    add_public(out, public, rng)
    for source, most in zip(LISTED, (9000, 9000), strict=True):
        add_listed(out, public[source], source, rng, most)
    if args.pairs:
        add_pairs(out, args.pairs)
    out.save(args.out)
    print(out.summary())


if __name__ == "__main__":
    main()
