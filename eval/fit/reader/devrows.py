"""Dev rows from the items of papers that are never trained on: each item once in each make."""

import random
from collections.abc import Iterable

from eval.fit.reader.items import Bm25, Item, Paper
from eval.fit.reader.rows import Rows
from eval.fit.reader.texts import join, terse


def add_questions(out: Rows, papers: list[Paper], items: Iterable[Item], rng: random.Random) -> None:
    """Ask each question of its own abstract, of the most similar other, of a peer, and of none."""
    by_n, bm25 = {p.n: p for p in papers}, Bm25(papers)
    for item in (i for i in items if i.sign in "qn"):
        own = by_n[item.n]
        peers = [p for p in papers if p.n != item.n and p.category == own.category]
        peer = rng.choice(peers or [p for p in papers if p.n != item.n])
        hard = next((papers[i] for i in bm25.top(item.text, 30) if papers[i].n != item.n), peer)
        for name, paper in (("own", own), ("alone", None), ("hard", hard), ("peer", peer)):
            if name in ("hard", "peer") and item.sign == "n":
                continue
            for make, text in (("", item.text), ("-terse", terse(item.text, rng))):
                out.add(
                    f"dev-{name}{make}",
                    "answer",
                    text,
                    paper.sentences if paper else [],
                    int(item.sign == "q" and name == "own"),
                    title=paper.title if paper else "",
                    evidence=list(item.evidence) if name == "own" else None,
                    kind=item.sign,
                    group=item.n,
                )


def add_claims(out: Rows, papers: list[Paper], items: list[Item], rng: random.Random) -> None:
    """Set each claim against its abstract, its evidence, that and the sentence before, and nothing; then pairs."""
    for paper in papers:
        mine, sentences = [i for i in items if i.n == paper.n], paper.sentences
        right, wrong = [i for i in mine if i.sign == "+"], [i for i in mine if i.sign == "-"]
        for item in (*right, *wrong):
            near = sorted({max(0, min(item.evidence) - 1), *item.evidence})
            makes = {"whole": range(len(sentences)), "evidence": item.evidence, "neighbour": near, "alone": ()}
            for name, numbers in makes.items():
                some, label = [sentences[i] for i in numbers], int(item.sign == "+")
                out.add(f"dev-claim-{name}", "support", item.text, some, label, kind=item.kind, group=item.n)
        pairs = [(right[0], right[1]), (right[1], right[0]), (right[0], wrong[0]), (wrong[1], right[1])]
        for a, b in pairs:
            text, label = join(a.text, b.text, rng), int(a.sign == b.sign == "+")
            some = [sentences[i] for i in sorted({*a.evidence, *b.evidence})]
            out.add("dev-joined", "support", text, sentences, label, kind="joined", group=paper.n)
            out.add("dev-joined-evidence", "support", text, some, label, kind="joined", group=paper.n)
