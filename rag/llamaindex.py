"""The assistant as LlamaIndex objects: a retriever and a query engine to plug into other applications."""

from __future__ import annotations

from typing import Any, Protocol

from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index import Index
from index.schema import Paper, ScoredChunk
from rag.schema import Answer, SearchResult


class Assistant(Protocol):
    """What is asked here of an assistant; ``rag.Assistant`` is one."""

    index: Index
    top_k: int

    def ask(self, question: str) -> Answer:
        """The answer to a question."""
        ...

    def search(self, question: str, *, limit: int) -> SearchResult:
        """The papers closest to a question."""
        ...


def retriever(assistant: Assistant) -> Any:
    """A LlamaIndex retriever that finds what the assistant finds."""
    return _Retriever(assistant)


def query_engine(assistant: Assistant) -> Any:
    """A LlamaIndex query engine: its response text is the cited answer, its metadata the whole ``Answer``."""
    return _QueryEngine(assistant=assistant)


def _node(paper: Paper, found: ScoredChunk, score: float) -> NodeWithScore:
    chunk = found.chunk
    metadata = {"paper_id": paper.paper_id, "title": paper.title, "start": chunk.start, "end": chunk.end}
    return NodeWithScore(node=TextNode(id_=chunk.chunk_id, text=chunk.text, metadata=metadata), score=score)


class _Retriever(BaseRetriever):  # type: ignore[misc]
    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        super().__init__(callback_manager=CallbackManager([]))

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, limit=self._assistant.top_k).hits
        return [_node(hit.paper, found, hit.score) for hit in hits for found in hit.chunks]


class _QueryEngine(CustomQueryEngine):  # type: ignore[misc]
    assistant: Any

    def custom_query(self, query_str: str) -> Response:
        answer = self.assistant.ask(query_str)
        papers = {paper.paper_id: paper for paper in self.assistant.index.papers()}
        nodes = [_node(papers[found.chunk.paper_id], found, found.score) for found in answer.contexts]
        return Response(answer.text, source_nodes=nodes, metadata=answer.to_dict())
