"""Grounding: is what the answer says in what was retrieved?"""

from __future__ import annotations

from eval.metrics.base import Metric, Tools, shown
from eval.schema import Result
from rag.verify import Evidence

Found = tuple[float | None, str]


def supported_share(result: Result, tools: Tools) -> Found:
    """The share of shown sentences that the set-up's own verifier calls "supported"."""
    sentences = result.answer.sentences if result.answer else ()
    if not sentences:
        return None, "no sentence"
    bad = [s for s in sentences if s.verdict != "supported"]
    return 1 - len(bad) / len(sentences), f"{bad[0].verdict}: {bad[0].text}" if bad else ""


def alignscore(result: Result, tools: Tools) -> Found:
    """For each sentence the best score over the retrieved chunks, then the mean (AlignScore, Zha et al. 2023).

    Chunks are the windows of the index; the scorer is the cross-encoder named by the setting ``alignscore``.
    """
    if tools.aligner is None or result.answer is None:
        return None, "no cross-encoder named"
    chunks = [Evidence(s.chunk.paper_id, s.chunk.title, s.chunk.text) for s in result.answer.contexts]
    sentences = [shown(s.text) for s in result.answer.sentences]
    if not chunks or not sentences:
        return None, "no sentence or no context"
    best = [max(tools.aligner.entails(sentence, (chunk,)).score for chunk in chunks) for sentence in sentences]
    return sum(best) / len(best), ""


def _judged(result: Result, tools: Tools, aspect: str) -> Found:
    if tools.judge is None or result.answer is None:
        return None, "no judge named"
    contexts = [scored.chunk.text for scored in result.answer.contexts]
    ask = tools.judge.faithfulness if aspect == "faithfulness" else tools.judge.relevancy
    return ask(result.example.question, shown(result.answer.text), contexts)


def faithfulness(result: Result, tools: Tools) -> Found:
    """Whether an LLM finds the answer borne by its contexts: LlamaIndex's FaithfulnessEvaluator with the judge."""
    return _judged(result, tools, "faithfulness")


def relevancy(result: Result, tools: Tools) -> Found:
    """Whether an LLM finds that answer and contexts fit the question: LlamaIndex's RelevancyEvaluator."""
    return _judged(result, tools, "relevancy")


GROUNDING = (
    Metric("supported_share", "grounding", "shown", supported_share),
    Metric("alignscore", "grounding", "shown", alignscore),
    Metric("faithfulness", "grounding", "shown", faithfulness),
    Metric("relevancy", "grounding", "shown", relevancy),
)
