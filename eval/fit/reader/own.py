"""Training rows from the hand-written items: questions and claims about abstracts, in many makes."""

import random
from collections import defaultdict

from eval.fit.reader.items import Bm25, Item, Paper
from eval.fit.reader.rows import Rows
from eval.fit.reader.texts import join, terse


class OwnRows:
    """Make rows about one set of papers; other papers of the same set serve as wrong ones."""

    def __init__(self, out: Rows, papers: list[Paper], rng: random.Random) -> None:
        self._out, self._papers, self._rng = out, papers, rng
        self._by_n = {p.n: p for p in papers}
        self._bm25 = Bm25(papers)
        self._tops: dict[tuple[int, str], list[Paper]] = {}
        self._same: dict[str, list[Paper]] = defaultdict(list)
        for p in papers:
            self._same[p.category].append(p)

    def _hard(self, n: int, text: str) -> list[Paper]:
        if (n, text) not in self._tops:
            self._tops[n, text] = [self._papers[i] for i in self._bm25.top(text, 30) if self._papers[i].n != n]
        return self._tops[n, text] or [p for p in self._papers[:9] if p.n != n]

    def _peer(self, n: int) -> Paper:
        peers = [p for p in self._same[self._by_n[n].category] if p.n != n]
        return self._rng.choice(peers or [p for p in self._papers if p.n != n])

    def _ask(
        self,
        question: str,
        paper: Paper,
        label: int,
        keep: tuple[int, ...] = (),
        drop: tuple[int, ...] = (),
        weight: float = 1.0,
    ) -> None:
        """Add a question on an abstract: as it stands, without its title, or with sentences left out."""
        rng = self._rng
        numbers = [i for i in range(len(paper.sentences)) if i not in drop]
        if rng.random() < 0.3:
            numbers = [i for i in numbers if i in keep or rng.random() < 0.7] or numbers
        self._out.add(
            "train",
            "answer",
            terse(question, rng) if rng.random() < 0.25 else question,
            [paper.sentences[i] for i in numbers],
            label,
            title=paper.title if rng.random() < 0.85 else "",
            evidence=[j for j, i in enumerate(numbers) if i in keep],
            weight=weight,
            source="own-questions",
            science=True,
        )

    def questions(self, items: list[Item]) -> None:
        """Add each question on its own abstract and on others, near and far."""
        rng = self._rng
        for item in (i for i in items if i.sign in "qn"):
            own, hard = self._by_n[item.n], self._hard(item.n, item.text)
            if item.sign == "n":
                self._ask(item.text, own, 0, weight=1.2)
                if rng.random() < 0.5:
                    self._ask(item.text, rng.choice(hard[:8]), 0, weight=0.6)
                continue
            self._ask(item.text, own, 1, keep=item.evidence, weight=2.5)
            self._ask(item.text, rng.choice(hard[:5]), 0)
            self._ask(item.text, rng.choice(hard[:25]), 0)
            self._ask(item.text, self._peer(item.n), 0)
            if rng.random() < 0.5 and len(own.sentences) > len(item.evidence):
                self._ask(item.text, own, 0, drop=item.evidence, weight=0.5)

    def _claim(
        self, claim: str, paper: Paper, evidence: tuple[int, ...], label: int, weight: float = 1.0, kind: str = ""
    ) -> None:
        """Add a claim with the whole abstract, its evidence alone, or that and a neighbour."""
        rng, count = self._rng, len(paper.sentences)
        numbers, make = set(evidence), rng.random()
        if make < 0.4 or not numbers:
            numbers = set(range(count))
        elif make < 0.7:
            near = [i + d for i in numbers for d in (-1, 1) if 0 <= i + d < count and i + d not in numbers]
            numbers |= set(rng.sample(near, min(1, len(near))))
        title = paper.title if rng.random() < 0.15 else ""
        sentences = [paper.sentences[i] for i in sorted(numbers)]
        self._out.add(
            "train",
            "support",
            claim,
            sentences,
            label,
            title=title,
            weight=weight,
            source="own-claims",
            kind=kind,
            science=True,
        )

    def _short(self, claim: str, paper: Paper, rest: tuple[int, ...]) -> None:
        """Add a right claim with sentences that are not enough for it."""
        sentences = [paper.sentences[i] for i in rest]
        self._out.add("train", "support", claim, sentences, 0, weight=0.5, source="own-claims", science=True)

    def claims(self, items: list[Item]) -> None:
        """Add the claims alone and in pairs, with enough evidence, too little, and another paper's."""
        rng = self._rng
        by_paper: dict[int, list[Item]] = defaultdict(list)
        for item in (i for i in items if i.sign in "+-"):
            by_paper[item.n].append(item)
        for n, mine in by_paper.items():
            paper = self._by_n[n]
            right, wrong = [i for i in mine if i.sign == "+"], [i for i in mine if i.sign == "-"]
            verbatim = [Item(n, "+", (k,), "", s) for k, s in enumerate(paper.sentences) if 8 <= len(s.split()) <= 40]
            for item in mine:
                self._claim(item.text, paper, item.evidence, int(item.sign == "+"), kind=item.kind)
            pairs = [tuple(rng.sample(right, 2)) for _ in range(2)] if len(right) > 1 else []
            if verbatim:
                pairs += [(i, rng.choice(verbatim)) for i in (*right, *rng.sample(wrong, 1))]
                copy = rng.choice(verbatim)
                self._claim(copy.text, paper, copy.evidence, 1, 0.5)
            pairs += [(rng.choice(right), i) for i in wrong]
            for a, b in pairs:
                a, b = (a, b) if rng.random() < 0.5 else (b, a)
                if a.text != b.text:
                    label, text = int(a.sign == b.sign == "+"), join(a.text, b.text, rng)
                    evidence = (*a.evidence, *b.evidence)
                    self._claim(text, paper, evidence, label, kind="joined")
                    half = tuple(sorted(set(a.evidence) - set(b.evidence)))
                    if label and half and rng.random() < 0.3:  # half of the evidence is not enough
                        self._short(text, paper, half)
            for item in right:
                rest = tuple(i for i in range(len(paper.sentences)) if i not in item.evidence)
                if rest and rng.random() < 0.6:
                    self._short(item.text, paper, rest)
                if rng.random() < 0.3:
                    self._claim(item.text, rng.choice(self._hard(n, item.text)[:8]), (), 0, 0.6)
