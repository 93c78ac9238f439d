"""What went wrong with a question, in words: for the report, and for finding what to mend first."""

from __future__ import annotations

from eval.schema import Result

STATUSES = ("error", "wrong", "answered the unanswerable", "needless refusal", "right", "right refusal", "no answer")


def status(result: Result) -> str:
    """One of STATUSES: how the question ended."""
    if result.error is not None:
        return "error"
    if result.answer is None:
        return "no answer"
    if result.answer.abstained:
        if not result.example.answerable:
            return "right refusal"
        return "right" if result.value("refused_answerable") == 0 else "needless refusal"
    if not result.example.answerable:
        return "answered the unanswerable"
    return "wrong" if result.value("correct") == 0 else "right"


def faults(result: Result) -> tuple[str, ...]:
    """One line for each thing that went wrong, the first cause first."""
    if result.error is not None:
        return (result.error,)
    found = []
    why = {score.metric: score.explanation for score in result.scores}
    recall = result.value("recall@5")
    if recall is not None and recall < 1:
        found.append(f"retrieval: {recall:.0%} of the relevant papers are among the first 5")
    ended = status(result)
    if ended in ("needless refusal", "answered the unanswerable"):
        found.append(ended)
    elif (result.value("key_fact_recall") or 0) < 1 and result.value("key_fact_recall") is not None:
        found.append(f"key facts: {why['key_fact_recall']}")
    for metric, word in (
        ("citation_recall", "citations"),
        ("span_validity", "spans"),
        ("supported_share", "verifier"),
    ):
        value = result.value(metric)
        if value is not None and value < 1:
            found.append(f"{word}: {why.get(metric) or f'{metric} {value:.2f}'}")
    if result.answer is not None and result.answer.unknown_markers:
        found.append(f"unknown markers: {', '.join(result.answer.unknown_markers)}")
    return tuple(found)
