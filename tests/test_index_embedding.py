"""Embedding models: the real MiniLM on both sides, an endpoint with a fake transport, chunks that fit."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest
from conftest import ROOT

from index import Paper, Passage, get_embedder
from index.cut.chunking import cut
from index.embedding import weights
from index.embedding.fake import FakeEmbedder
from index.embedding.minilm import MiniLM
from index.embedding.openai_compatible import EndpointEmbedder
from index.embedding.pooling import pool
from index.errors import BadResponse, ModelUnavailable

TEXT = "Honest models refuse. They say so e.g. when asked about 3.5 things! Others guess."
SPANS = ((0, 21), (22, 66), (67, 81))


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


def test_a_question_and_the_same_passage_agree(minilm: MiniLM) -> None:
    question = "what similarity laws must be obeyed when constructing aeroelastic models of heated aircraft"
    passage = minilm.embed_passages([Passage("", question)])[0].window
    assert float(minilm.embed_query(question) @ passage) >= 0.999


def test_int8_questions_agree_with_the_original_weights_on_cranfield(minilm: MiniLM, shared: Path) -> None:
    lines = (shared / "bench" / "cranfield" / "queries.jsonl").read_text(encoding="utf8").splitlines()[:40]
    questions = [json.loads(line)["text"] for line in lines]
    passages = minilm.embed_passages([Passage("", question) for question in questions])
    cosines = [float(minilm.embed_query(q) @ p.window) for q, p in zip(questions, passages, strict=True)]
    assert min(cosines) >= 0.999


def test_sentence_vectors_come_from_the_windows_one_pass(minilm: MiniLM) -> None:
    found = minilm.embed_passages([Passage("On honesty", TEXT, SPANS)])[0]
    assert found.sentences.shape == (3, 384)
    assert np.allclose(np.linalg.norm(found.sentences, axis=1), 1, atol=1e-5)
    question = minilm.embed_query("Which models guess?")
    assert int(np.argmax(found.sentences @ question)) == 2


def test_the_same_passages_give_the_same_vectors(minilm: MiniLM) -> None:
    passages = [Passage("A title", TEXT, SPANS), Passage("Another", TEXT[:21], SPANS[:1])]
    for first, second in zip(minilm.embed_passages(passages), minilm.embed_passages(passages), strict=True):
        assert np.array_equal(first.window, second.window)
        assert np.array_equal(first.sentences, second.sentences)


@pytest.mark.parametrize("bfloat16", [False, True], ids=["float32", "bfloat16"])
def test_a_vector_is_a_function_of_its_text_alone(bfloat16: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding.minilm.native_bfloat16", lambda: bfloat16)
    model = MiniLM()
    passage = Passage("On honesty", TEXT, SPANS)
    alone = model.embed_passages([passage])[0]
    others = [Passage("", "word " * number) for number in (1, 90, 240)]
    for crowd in ([passage, *others], [*others, passage], [passage] * 3):
        found = model.embed_passages(crowd)[crowd.index(passage)]
        assert np.array_equal(found.window, alone.window)
        assert np.array_equal(found.sentences, alone.sentences)


def test_sentences_are_the_means_of_their_own_tokens() -> None:
    states = np.array([[9, 0], [2, 0], [4, 0], [0, 5], [0, 9]], dtype=np.float32)  # [CLS] a b c [SEP]
    offsets = [(0, 0), (2, 3), (4, 5), (6, 7), (0, 0)]
    found = pool(states, offsets, Passage("t", "a b c", ((0, 3), (4, 5), (5, 5))), 2)
    assert found.window.tolist() == pytest.approx([15 / (15**2 + 14**2) ** 0.5, 14 / (15**2 + 14**2) ** 0.5])
    assert found.sentences[:2].tolist() == [[1, 0], [0, 1]]
    assert np.array_equal(found.sentences[2], found.window)


def test_text_beyond_the_limit_and_no_text_are_no_error(minilm: MiniLM) -> None:
    long = "word " * 600
    found = minilm.embed_passages([Passage("t", long, ((0, 4), (2900, 2999))), Passage("", "")])
    assert np.allclose(found[0].sentences[1], found[0].window)
    assert np.isfinite(found[1].window).all()
    assert minilm.embed_passages([]) == []
    assert minilm.embed_query("").shape == (384,)


def test_asking_loads_neither_torch_nor_transformers() -> None:
    code = "import sys; from index import get_embedder; get_embedder().embed_query('x'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "sentence_transformers"} & set(done.stdout.split())


def test_other_weights_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(b"other weights")
    with pytest.raises(ModelUnavailable, match=r"sha256 .* not 8199be6f"):
        weights.verified(file, weights.ONNX_SHA256)


def test_the_packaged_model_as_any_sentence_transformers_folder(minilm: MiniLM) -> None:
    other = get_embedder(str(weights.model_folder()))
    assert (other.dimension, other.max_tokens) == (384, 256)
    assert other.count_tokens(["a b c"]) == [3]
    assert float(other.embed_query("honest models") @ minilm.embed_query("honest models")) >= 0.999
    found = other.embed_passages([Passage("On honesty", TEXT, SPANS)])[0]
    assert found.sentences.shape == (3, 384)


def test_an_unknown_model_is_one_clear_error() -> None:
    with pytest.raises(ModelUnavailable, match="no embedding model 'no/such-model'"):
        get_embedder("no/such-model")


UNREACHABLE = """
import time
from index import CitewellError, get_embedder
import sentence_transformers  # loading the library is not what is timed
began = time.perf_counter()
try:
    get_embedder("someone/some-model")
except CitewellError as error:
    print(str(error).count("\\n"), str(error)[:40], time.perf_counter() - began < 60)
"""


def test_a_model_of_a_hub_that_does_not_answer_fails_within_seconds(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env = os.environ | {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": address, "HF_HOME": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", UNREACHABLE], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "0 no embedding model 'someone/some-model': True", done.stderr


def endpoint(*answers: httpx.Response | Exception) -> tuple[EndpointEmbedder, list[dict[str, object]]]:
    """An endpoint that gives these answers in turn, and the requests that it got."""
    asked: list[dict[str, object]] = []
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        found = waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    client = httpx.Client(transport=httpx.MockTransport(answer))
    return EndpointEmbedder("m", "http://localhost:1/v1", tries=3, wait=0, client=client), asked


def vectors(*rows: list[float]) -> httpx.Response:
    return httpx.Response(200, json={"data": [{"index": i, "embedding": row} for i, row in enumerate(rows)]})


def test_an_endpoint_is_asked_again_after_passing_trouble() -> None:
    model, asked = endpoint(httpx.Response(503), httpx.ConnectError("refused"), vectors([3.0, 4.0]))
    assert model.embed_query("x").tolist() == pytest.approx([0.6, 0.8])
    assert len(asked) == 3 and asked[0] == {"model": "m", "input": ["x"]}
    assert model.name == "m@http://localhost:1/v1"


def test_an_endpoint_gives_windows_and_sentences() -> None:
    model, asked = endpoint(vectors([1, 0], [0, 2], [0, 1], [5, 0]))
    found = model.embed_passages([Passage("t", "A. B.", ((0, 2), (3, 5))), Passage("", "")])
    assert asked[0]["input"] == ["t\nA. B.", " ", "A.", "B."]
    assert found[0].sentences.tolist() == [[0, 1], [1, 0]] and found[1].sentences.shape == (0, 2)


def test_an_endpoint_that_fails_is_one_clear_error() -> None:
    down = endpoint(*[httpx.ConnectError("refused")] * 3)[0]
    with pytest.raises(ModelUnavailable, match=r"localhost:1/v1/embeddings: refused, 3 times; is the server up\?"):
        down.embed_query("x")
    with pytest.raises(ModelUnavailable, match="status 401: no key"):
        endpoint(httpx.Response(401, text="no key"))[0].embed_query("x")
    for broken in (httpx.Response(200, text="hello"), vectors([1.0], [2.0]), vectors([float(0)], [])):
        with pytest.raises(BadResponse):
            endpoint(broken)[0].embed_query("x")


def test_windows_fit_are_even_and_cover_the_abstract() -> None:
    model = FakeEmbedder(max_tokens=24)
    abstract = " ".join(f"This is sentence number {n} here." for n in range(9))
    windows = cut(Paper("p", "A title", abstract), model.count_tokens, model.max_tokens)
    assert [len(window.sentences) for window in windows] == [3, 3, 3]
    assert [window.chunk.chunk_id for window in windows] == ["p#0", "p#1", "p#2"]
    assert all(abstract[w.chunk.start : w.chunk.end] == w.chunk.text for w in windows)
    assert " ".join(window.chunk.text for window in windows) == abstract


def test_long_sentences_long_words_and_no_text_are_cut_too() -> None:
    model = FakeEmbedder(max_tokens=24)
    for abstract in ("word " * 100 + ".", "x" * 3000, "", " . "):
        windows = cut(Paper("p", "title " * 60, abstract), model.count_tokens, model.max_tokens)
        assert windows
        for window in windows:
            chunk = window.chunk
            assert abstract[chunk.start : chunk.end] == chunk.text
            assert sum(model.count_tokens([chunk.title, chunk.text])) <= 24
