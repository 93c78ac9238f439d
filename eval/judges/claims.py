"""Claims of strong models, each held against the sentences that it cites: apart from mutations, by kind of error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from eval.gold.strong import StrongAnswer, load_answers
from eval.judges.strong_llm import MARKER
from index.cut import split_sentences
from rag.verify import Evidence, Verifier

if TYPE_CHECKING:
    from index.schema import Paper

HALVES = ("dev", "test")


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """A sentence without its markers, and the sentences that it cites. kind: "true", or that of the error in it."""

    text: str
    evidence: tuple[Evidence, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class ClaimRate:
    """How many of the claims of a kind a verifier takes for supported: of "true" all should be, of the others none."""

    kind: str
    claims: int
    accepted: int


def strong_claims(papers: Sequence[Paper], half: str) -> tuple[CitedClaim, ...]:
    """The labelled claims of the bundled answers, as far as the papers that they cite are here."""
    known = {paper.title: paper for paper in papers}
    halves = HALVES if half == "all" else [half] if half in HALVES else []
    folder = Path(str(resources.files("eval.gold"))) / "strong"
    answers = [answer for name in halves for answer in load_answers(folder / f"{name}.jsonl")]
    return tuple(claim for answer in answers for claim in _claims(answer, known))


def _claims(answer: StrongAnswer, known: dict[str, Paper]) -> list[CitedClaim]:
    titles, found = dict(answer.papers), []
    for sentence in answer.sentences:
        cited = [(known.get(titles.get(n, "")), part) for n, part in MARKER.findall(sentence.text)]
        evidence = [_evidence(paper, int(part[1:]) - 1) for paper, part in cited if paper is not None and part]
        if evidence and len(evidence) == len(cited) and sentence.label in ("true", "wrong"):
            text = re.sub(r"\s+([.,;:!?])", r"\1", MARKER.sub("", sentence.text))
            kind = "true" if sentence.label == "true" else sentence.error or "wrong"
            found.append(CitedClaim(text.strip(), tuple(evidence), kind))
    return found


def _evidence(paper: Paper, sentence: int) -> Evidence:
    spans = split_sentences(paper.abstract)
    start, end = spans[min(sentence, len(spans) - 1)]
    return Evidence(paper.paper_id, paper.title, paper.abstract[start:end], paper.abstract)


def claim_rates(claims: Sequence[CitedClaim], verifier: Verifier) -> tuple[ClaimRate, ...]:
    """What the verifier makes of the claims: the true ones first, then each kind of error."""
    accepted = [verifier.check(claim.text, claim.evidence).verdict == "supported" for claim in claims]
    kinds = sorted({claim.kind for claim in claims}, key=lambda kind: (kind != "true", kind))
    pairs = list(zip(claims, accepted, strict=True))
    return tuple(
        ClaimRate(kind, sum(c.kind == kind for c in claims), sum(yes for c, yes in pairs if c.kind == kind))
        for kind in kinds
    )
