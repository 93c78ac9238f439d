"""Terms that the evidence knows nothing of: two words side by side of which neither stands there."""

from __future__ import annotations

from rag.verify.checks.words import Word, read_words


def strange_terms(claim: str, evidence: str) -> tuple[str, ...]:
    """Words side by side in a cleaned claim, two at least, of which cleaned evidence holds none.

    Who says a thing in other words changes one here and one there; what a sentence is about goes by several at once:
    "policy regression" where the paper speaks of "reinforcement learning". Names are looked for by themselves.
    """
    held = {word.stem for word in read_words(evidence)}
    found: list[list[Word]] = [[]]
    for word in read_words(claim):
        new = word.is_content and not word.named and not word.lower.endswith("ly") and word.stem not in held
        before = found[-1][-1] if found[-1] else None
        apart = before is not None and (before.clause != word.clause or word.start > before.end + 1)
        if found[-1] and (apart or not new):
            found.append([])
        if new:
            found[-1].append(word)
    return tuple(claim[run[0].start : run[-1].end] for run in found if len(run) > 1)
