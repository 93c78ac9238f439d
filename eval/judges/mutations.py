"""Supported sentences made wrong on purpose: what share of the wrong ones does a verifier catch?

The sentences are the user's own corpus; each stands for an answer's sentence that cites itself, so it is supported
beyond doubt. Every mutation changes one thing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.cut import split_sentences
from rag.verify import Evidence, Verifier
from rag.verify.checks.facts.names import read_names
from rag.verify.checks.facts.numbers import read_quantities
from rag.verify.checks.meaning.negation import is_negator
from rag.verify.checks.words import clean, content_stems, read_words

if TYPE_CHECKING:
    from index import Paper

SENTENCES = 60
TRIES = 20
APART = 6  # characters between two words that are worth exchanging
_FACTOR = (2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A claim that its evidence does not support, and how it was made."""

    kind: str
    claim: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CatchRate:
    """How many mutations of one kind there were, and how many were not accepted. rate is None where there were none."""

    kind: str
    made: int
    caught: int

    @property
    def rate(self) -> float | None:
        """The share caught."""
        return self.caught / self.made if self.made else None


@dataclass(frozen=True, slots=True)
class MutationReport:
    """Catch rates by kind, and false alarms: supported sentences that were not accepted."""

    rates: tuple[CatchRate, ...]
    sentences: int
    false_alarms: int


def swap_number(sentence: str, rng: random.Random) -> str | None:
    """One number replaced by a multiple of it."""
    found = [q for q in read_quantities(sentence) if q.digits]
    if not found:
        return None
    start = rng.choice(found).start
    digits = re.match(r"[\d,.]*\d", sentence[start:])
    if digits is None:
        return None
    value = float(digits.group().replace(",", "")) * rng.choice(_FACTOR) or 7.0
    return f"{sentence[:start]}{value:g}{sentence[start + digits.end() :]}" if value < 1e6 else None


def negate(sentence: str, rng: random.Random) -> str | None:
    """A "not" behind the first auxiliary; or, where the sentence already denies something, nothing."""
    del rng
    words = read_words(sentence)
    if any(is_negator(words, at) for at in range(len(words))):
        return None
    found = re.search(r"\b(?:is|are|was|were|can|could|will|would|should|may|has|have|does|do)\b(?!\s+not)", sentence)
    return f"{sentence[: found.end()]} not{sentence[found.end() :]}" if found else None


def swap_name(sentence: str, rng: random.Random, names: Sequence[str]) -> str | None:
    """One name replaced by a name of another paper."""
    own = {name.key for name in read_names(sentence)}
    found = [name for name in read_names(sentence) if name.strict and name.text in sentence]
    others = [name for name in names if not {n.key for n in read_names(name)} & own]
    if not found or not others:
        return None
    return sentence.replace(rng.choice(found).text, rng.choice(others))


def turn_round(sentence: str, rng: random.Random) -> str | None:
    """A comparing word replaced by its opposite."""
    del rng
    for word, opposite in _OPPOSITES:
        if re.search(rf"\b{word}\b", sentence):
            return re.sub(rf"\b{word}\b", opposite, sentence, count=1)
    return None


_OPPOSITES = (
    ("outperforms", "underperforms"), ("outperform", "underperform"), ("more", "less"), ("higher", "lower"),
    ("better", "worse"), ("larger", "smaller"), ("improves", "degrades"), ("improve", "degrade"),
    ("increases", "decreases"), ("reduces", "increases"), ("reduce", "increase"), ("lower", "higher"),
    ("fewer", "more"), ("less", "more"), ("faster", "slower"), ("stronger", "weaker"), ("surpasses", "trails"),
)  # fmt: skip


def exchange(sentence: str, rng: random.Random) -> str | None:
    """Two content words of different stems, some way apart, exchanged: another does it to another."""
    words = [word for word in read_words(sentence) if word.is_content and word.lower.isalpha()]
    for _ in range(TRIES if len(words) > 5 else 0):
        left, right = sorted(rng.sample(words, 2), key=lambda word: word.start)
        if left.stem != right.stem and right.start - left.end > APART:
            first, second = sentence[left.start : left.end], sentence[right.start : right.end]
            between = sentence[left.end : right.start]
            return f"{sentence[: left.start]}{second}{between}{first}{sentence[right.end :]}"
    return None


def changed_claims(sentence: str, names: Sequence[str], rng: random.Random) -> list[tuple[str, str]]:
    """(kind, claim) of every mutation that a sentence allows."""
    made = {
        "number": swap_number(sentence, rng),
        "negation": negate(sentence, rng),
        "name": swap_name(sentence, rng, names),
        "direction": turn_round(sentence, rng),
        "role": exchange(sentence, rng),
    }
    return [(kind, claim) for kind, claim in made.items() if claim and claim != sentence]


def mutations(papers: Sequence[Paper], *, limit: int = SENTENCES, seed: int = 0) -> tuple[Mutation, ...]:
    """Mutations of up to ``limit`` sentences drawn from the papers; the same papers and seed give the same."""
    rng = random.Random(seed)
    drawn = draw_sentences(papers, limit=limit, seed=seed)
    names = sorted({name.text for _, item in drawn for name in read_names(clean(item.text)) if name.strict})
    found: list[Mutation] = []
    for place, (neighbour, item) in enumerate(drawn):
        sentence = clean(item.text)
        found += [Mutation(kind, claim, (item,)) for kind, claim in changed_claims(sentence, names, rng)]
        other = drawn[(place + len(drawn) // 2) % len(drawn)][1]
        if other.paper_id != item.paper_id:
            found.append(Mutation("other paper", sentence, (other,)))
        if neighbour and not content_stems(sentence) <= content_stems(clean(neighbour.text)):
            found.append(Mutation("citation moved", sentence, (neighbour,)))
        found.append(Mutation("citation dropped", sentence, ()))
    return tuple(found)


def draw_sentences(papers: Sequence[Paper], *, limit: int, seed: int) -> list[tuple[Evidence | None, Evidence]]:
    """Sentences of at least six content words, at most one a paper until all have one, each with the one before it."""
    rng = random.Random(seed)
    queues = []
    for paper in sorted(papers, key=lambda paper: paper.paper_id):
        spans = split_sentences(paper.abstract)
        items = [Evidence(paper.paper_id, paper.title, paper.abstract[start:end]) for start, end in spans]
        pairs = [(items[at - 1] if at else None, item) for at, item in enumerate(items)]
        queue = [pair for pair in pairs if len(content_stems(clean(pair[1].text))) >= 6]
        rng.shuffle(queue)
        queues.append(queue)
    rng.shuffle(queues)
    drawn: list[tuple[Evidence | None, Evidence]] = []
    while any(queues) and len(drawn) < limit:
        drawn += [queue.pop() for queue in queues if queue]
    return drawn[:limit]


def catch_rates(
    papers: Sequence[Paper], verifier: Verifier, *, limit: int = SENTENCES, seed: int = 0
) -> MutationReport:
    """Check mutated sentences, which must not be accepted, and the sentences themselves, which must."""
    tried: dict[str, list[bool]] = {}
    for mutation in mutations(papers, limit=limit, seed=seed):
        caught = verifier.check(mutation.claim, mutation.evidence).verdict != "supported"
        tried.setdefault(mutation.kind, []).append(caught)
    drawn = draw_sentences(papers, limit=limit, seed=seed)
    alarms = sum(verifier.check(item.text, (item,)).verdict != "supported" for _, item in drawn)
    return MutationReport(_rates(tried.items()), len(drawn), alarms)


def _rates(tried: Iterable[tuple[str, list[bool]]]) -> tuple[CatchRate, ...]:
    return tuple(CatchRate(kind, len(caught), sum(caught)) for kind, caught in sorted(tried))
