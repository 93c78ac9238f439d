"""The assistant inside LlamaIndex."""

from __future__ import annotations

from index import Index
from rag import Assistant


def test_retriever_and_query_engine_are_llama_index_objects(demo: Index) -> None:
    from llama_index.core.query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever

    assistant = Assistant(demo, top_k=3)
    retriever, engine = assistant.as_retriever(), assistant.as_query_engine()
    assert isinstance(retriever, BaseRetriever) and isinstance(engine, BaseQueryEngine)
    nodes = retriever.retrieve("What is grammar-aligned decoding?")
    assert nodes[0].metadata["title"] == "Grammar-Aligned Decoding"
    paper = demo.paper(nodes[0].metadata["paper_id"])
    assert paper.abstract[nodes[0].metadata["start"] : nodes[0].metadata["end"]] == nodes[0].text
    response = engine.query("What is grammar-aligned decoding?")
    assert "[1]" in str(response) and response.metadata["outcome"] == "answered" and response.source_nodes
