"""Plug citewell into LlamaIndex: its retriever under LlamaIndex's own query engine, and its own query engine."""

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from index import demo_index
from rag import Assistant

QUESTION = "What is grammar-aligned decoding?"


def main() -> None:
    """MockLLM, which repeats its prompt, stands where your own LlamaIndex LLM would."""
    with demo_index() as papers:
        assistant = Assistant(papers)
        found = RetrieverQueryEngine.from_args(assistant.as_retriever(), llm=MockLLM()).query(QUESTION)
        print("retrieved:", found.source_nodes[0].metadata["title"])

        answered = assistant.as_query_engine().query(QUESTION)
        print("answered:", answered.response)
        print("outcome:", answered.metadata["outcome"])


if __name__ == "__main__":
    main()
