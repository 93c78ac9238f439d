"""The hand-written items, the abstracts they are about, and a search by words over those."""

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from eval.fit.reader.texts import words

ITEM = re.compile(r"(\d{4}) ([qn+-]) ?([\d,]*) ?([a-z]*) \| (.+)")


@dataclass(frozen=True, slots=True)
class Paper:
    """An abstract in sentences."""

    n: int
    category: str
    title: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Item:
    """A question (q answered, n near miss) or a claim (+ or -) about paper n."""

    n: int
    sign: str
    evidence: tuple[int, ...]
    kind: str
    text: str


def read_items(path: Path) -> list[Item]:
    """Read one file of items."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        m = ITEM.fullmatch(line.strip())
        if m is None:
            raise ValueError(f"{path}: not an item: {line!r}")
        n, sign, numbers, kind, text = m.groups()
        found.append(Item(int(n), sign, tuple(int(x) for x in numbers.split(",") if x), kind, text))
    return found


class Bm25:
    """Rank papers by words, to find those that look like an answer and are none."""

    def __init__(self, papers: list[Paper]) -> None:
        self._posts: dict[str, list[tuple[int, float]]] = defaultdict(list)
        bags = [Counter(words(p.title + " " + " ".join(p.sentences))) for p in papers]
        mean = sum(b.total() for b in bags) / len(bags)
        for i, bag in enumerate(bags):
            for w, f in bag.items():
                self._posts[w].append((i, f * 2.2 / (f + 1.2 * (0.25 + 0.75 * bag.total() / mean))))
        self._count = len(papers)

    def top(self, query: str, cutoff: int) -> list[int]:
        """Return the positions of the best papers."""
        score: dict[int, float] = defaultdict(float)
        for w in set(words(query)):
            posts = self._posts.get(w, [])
            idf = math.log(1 + (self._count - len(posts) + 0.5) / (len(posts) + 0.5))
            for i, f in posts:
                score[i] += idf * f
        return sorted(score, key=lambda i: (-score[i], i))[:cutoff]
