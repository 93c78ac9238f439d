"""As good as, or better: "matches" is no "outperforms", whichever of the two the claim says of the same rival."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.verify.checks.words import read_words

EQUAL = re.compile(
    r"\b(?:matches|equals|rivals|(?:is|are|was|were) on par with|(?:is|are) comparable (?:to|with)|comes? close to)\b",
    re.I,
)
UNEQUAL = re.compile(r"\b(?:outperform|surpass|exceed|beat|underperform|trail)(?:s|es|ed|en)?\b", re.I)
RIVAL = 6  # content words behind a comparison that say with what
ENOUGH = 0.6  # share of the claim's rival that a comparison of the evidence must name to be the same one


@dataclass(frozen=True, slots=True)
class Comparison:
    """Kinds of a comparison, both in "matches or exceeds", and the stems of what it compares with."""

    kinds: frozenset[str]
    rival: frozenset[str]


@lru_cache(maxsize=4096)
def comparisons(text: str) -> tuple[Comparison, ...]:
    """The comparisons of a cleaned text in order."""
    found = sorted(
        [(m.start(), m.end(), "equal") for m in EQUAL.finditer(text)]
        + [(m.start(), m.end(), "unequal") for m in UNEQUAL.finditer(text)]
    )
    ends = [*(start for start, _, _ in found), len(text)][1:]
    read, kinds = [], frozenset[str]()
    for (_, end, kind), until in zip(found, ends, strict=True):
        kinds |= {kind}
        rival = frozenset([word.stem for word in read_words(text[end:until]) if word.is_content][:RIVAL])
        if rival:
            read.append(Comparison(kinds, rival))
            kinds = frozenset()
    return tuple(read)


def parity_conflict(claim: str, evidence: str) -> bool:
    """Whether the claim says "as good as" of a rival where the evidence says "better" or "worse", or the reverse."""
    theirs = comparisons(evidence)
    for ours in comparisons(claim):
        shares = [(len(ours.rival & other.rival) / len(ours.rival), bool(ours.kinds & other.kinds)) for other in theirs]
        same = max((share for share, agrees in shares if agrees), default=0.0)
        other = max((share for share, agrees in shares if not agrees), default=0.0)
        if other >= ENOUGH and other > same:
            return True
    return False
