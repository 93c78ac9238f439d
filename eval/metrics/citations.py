"""Citations: ALCE's recall and precision with an entailment scorer, validity of the spans, unknown markers."""

from __future__ import annotations

from eval.metrics.base import Metric, Tools, shown
from eval.schema import Result
from rag.schema import Citation, Sentence
from rag.verify import Evidence

Found = tuple[float | None, str]


def cited(result: Result, sentence: Sentence) -> tuple[Citation, ...]:
    """The citations of a sentence, in the order of the answer."""
    assert result.answer is not None
    return tuple(c for c in result.answer.citations if c.marker in sentence.markers)


def passage(citation: Citation) -> Evidence:
    """The cited span as a scorer reads it."""
    return Evidence(citation.paper_id, citation.title, citation.quote)


def checkable(result: Result) -> list[tuple[Sentence, tuple[Citation, ...]]]:
    """Each sentence with its citations, without those that rest on metadata alone: no text can entail these."""
    pairs = [(s, cited(result, s)) for s in (result.answer.sentences if result.answer else ())]
    return [(s, cs) for s, cs in pairs if not cs or any(c.quote for c in cs)]


def entailed(tools: Tools, sentence: Sentence, citations: tuple[Citation, ...]) -> bool:
    """Whether the cited spans, taken together, entail the sentence; never where there are none."""
    assert tools.scorer is not None
    spans = tuple(passage(c) for c in citations if c.quote)
    return bool(spans) and tools.scorer.entails(shown(sentence.text), spans).entailed


def citation_recall(result: Result, tools: Tools) -> Found:
    """The share of sentences that their citations, taken together, entail (ALCE, Gao et al. 2023).

    A sentence without citations counts 0. A sentence that rests on metadata alone is left out. The entailment model
    is the setting ``scorer``, apart from the verifier that answered.
    """
    if tools.scorer is None:
        return None, "no scorer"
    pairs = checkable(result)
    if not pairs:
        return None, "no sentence with text to check"
    bad = [s.text for s, cs in pairs if not entailed(tools, s, cs)]
    return 1 - len(bad) / len(pairs), f"not entailed: {bad[0]}" if bad else ""


def citation_precision(result: Result, tools: Tools) -> Found:
    """The share of citations that are needed (ALCE, Gao et al. 2023).

    A citation counts where the citations of its sentence entail it together, and where either this one entails it
    alone or the others do not without this one.
    """
    if tools.scorer is None:
        return None, "no scorer"
    good = total = 0
    for sentence, citations in checkable(result):
        total += len(citations)
        if entailed(tools, sentence, citations):
            for one in citations:
                rest = tuple(c for c in citations if c is not one)
                good += entailed(tools, sentence, (one,)) or not entailed(tools, sentence, rest)
    return (good / total, f"{total - good} of {total} not needed or not entailing") if total else (None, "no citation")


def span_validity(result: Result, tools: Tools) -> Found:
    """The share of citations whose quote is, letter for letter, at its offsets in the abstract of the cited paper.

    A citation of metadata is valid where its span is empty; a citation of a paper that the index has not is invalid.
    """
    answer = result.answer
    if answer is None or not answer.citations:
        return None, "no citation"
    bad = [c for c in answer.citations if not _valid(tools, c)]
    return 1 - len(bad) / len(answer.citations), f"invalid: [{bad[0].marker}]" if bad else ""


def _valid(tools: Tools, citation: Citation) -> bool:
    abstract = tools.abstracts.get(citation.paper_id)
    if abstract is None or (not citation.quote and citation.end):
        return False
    return abstract[citation.start : citation.end] == citation.quote


def unknown_markers(result: Result, tools: Tools) -> float:
    """The number of citation markers in the answer that name no citation."""
    return float(len(result.answer.unknown_markers)) if result.answer else 0.0


CITATIONS = (
    Metric("citation_recall", "citations", "shown", citation_recall),
    Metric("citation_precision", "citations", "shown", citation_precision),
    Metric("span_validity", "citations", "shown", span_validity),
    Metric("unknown_markers", "citations", "shown", unknown_markers, better="lower"),
)
