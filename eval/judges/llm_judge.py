"""An LLM as judge of answers, through LlamaIndex's evaluators, and of pairs of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.llms import LLM, Message

PREFER = (
    "Question: {question}\n\nAnswer 1: {first}\n\nAnswer 2: {second}\n\n"
    "Which answer is better: more correct, better grounded, more to the point? "
    "Refusing is better than inventing. Reply with one word: 1, 2 or tie."
)


class LlamaIndexJudge:
    """Faithfulness and relevancy as LlamaIndex's evaluators define them, asked of any of our LLMs."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self._client = as_llama_index(llm)

    @property
    def name(self) -> str:
        """The name of the LLM."""
        return self._llm.name

    def faithfulness(self, question: str, answer: str, contexts: Sequence[str]) -> tuple[float, str]:
        """Whether the contexts bear the answer."""
        from llama_index.core.evaluation import FaithfulnessEvaluator

        return self._verdict(FaithfulnessEvaluator(llm=self._client), question, answer, contexts)

    def relevancy(self, question: str, answer: str, contexts: Sequence[str]) -> tuple[float, str]:
        """Whether the answer and its contexts answer the question."""
        from llama_index.core.evaluation import RelevancyEvaluator

        return self._verdict(RelevancyEvaluator(llm=self._client), question, answer, contexts)

    def prefer(self, question: str, first: str, second: str) -> tuple[float, str]:
        """Which answer is better, asked in both orders: a judge that changes its mind with the order has said "tie"."""
        one = self._choice(question, first, second)
        two = 1 - self._choice(question, second, first)
        return (one, "") if one == two else (0.5, "the judge's choice depends on the order")

    def _choice(self, question: str, first: str, second: str) -> float:
        prompt = PREFER.format(question=question, first=first, second=second)
        reply = "".join(self._llm.stream([Message("user", prompt)], max_tokens=8)).strip().lower()
        return {"1": 1.0, "2": 0.0}.get(reply.removeprefix("answer").strip()[:1], 0.5)

    def _verdict(self, evaluator: Any, question: str, answer: str, contexts: Sequence[str]) -> tuple[float, str]:
        found = evaluator.evaluate(query=question, response=answer, contexts=list(contexts))
        return float(bool(found.passing)), str(found.feedback or "").strip()


def as_llama_index(llm: LLM) -> Any:
    """One of our LLMs as a LlamaIndex LLM, as far as its evaluators need one."""
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

    class Bridge(CustomLLM):  # type: ignore[misc]
        """Completes prompts with our LLM."""

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=llm.context_window, model_name=llm.name)

        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            return CompletionResponse(text="".join(llm.stream([Message("user", prompt)], max_tokens=256)))

        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
            yield self.complete(prompt)

    return Bridge()
