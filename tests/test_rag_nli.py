"""The verifier "nli": what its model is asked, what the folder of a model must hold, how one is fetched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.errors import BadResponse, InputError, ModelUnavailable, UnknownName
from rag.verify.entailment import Entailment, entailment_place, odds_of
from rag.verify.factory import get_verifier, lacks
from rag.verify.fetch import MODELS, fetch_model, fetchable, fetched, folder_of
from rag.verify.local import LocalVerifier
from rag.verify.nli import NliVerifier, premise
from rag.verify.protocol import Evidence
from ui.cli import create_app

SPAN = "The student model learns from the teacher's corrections, and the teacher never sees the student's drafts."
CITED = (Evidence("p", "Learning from Corrections", SPAN),)


class Counting:
    """An entailment model that always says the same, and keeps what it was asked."""

    def __init__(self, odds: float = -0.5) -> None:
        self.odds, self.asked = odds, list[tuple[str, str]]()

    def log_odds(self, premise: str, claim: str) -> float:
        self.asked.append((premise, claim))
        return self.odds


@pytest.mark.parametrize("claim", [SPAN, "The student model learns from 12 corrections.", "KTO learns from drafts."])
def test_the_model_is_not_asked_where_it_cannot_matter(claim: str) -> None:
    model = Counting()
    NliVerifier(model).check(claim, CITED)
    assert model.asked == []


def test_the_model_reads_the_sentences_nearest_to_the_claim_in_their_order() -> None:
    text = f"Dogs bark. Cats sleep on warm mats. {'Cows eat grass. ' * 40} Birds fly south."
    read = premise("While birds fly cats sleep on mats.", (Evidence("p", "Animals", text),))
    assert len(read.split()) <= 110 and "Cats sleep on warm mats." in read and read.endswith("Birds fly south.")


def test_the_title_stands_in_front_where_it_lends_a_name() -> None:
    cited = (Evidence("p", "KTO: Alignment from Binary Signals", "It needs only a binary signal."),)
    assert premise("KTO needs a binary signal.", cited) == f"{cited[0].title}. {cited[0].text}"
    assert premise("The method needs a binary signal.", cited) == cited[0].text


def test_a_claim_of_two_sentences_is_as_sure_as_the_less_sure_one() -> None:
    class Doubting(Counting):
        def log_odds(self, premise: str, claim: str) -> float:
            return -5.0 if "drafts" in claim else -0.5

    claim = "The student learns from corrections. The teacher reads drafts."
    sure, unsure = (NliVerifier(model).features(claim, CITED)[-1] for model in (Counting(), Doubting()))
    assert (sure, unsure) == (0.0, 4.5)  # log-odds of -0.5: no doubt; -5: doubt of 4.5


@pytest.mark.parametrize(
    ("row", "place", "odds"),
    [
        ([0.0, 2.0, 0.0], 1, 1.307),  # 2 - log(2)
        ([0.1, 0.8, 0.1], 1, 1.386),  # probabilities: log(0.8 / 0.2)
        ([0.8], 0, 1.386),
        ([99.0], 0, 12.0),
    ],
)
def test_log_odds_by_hand(row: Sequence[float], place: int, odds: float) -> None:
    assert odds_of(row, place) == pytest.approx(odds, abs=1e-3)


def test_labels_tell_which_class_is_entailment() -> None:
    assert entailment_place(["contradiction", "Entailment", "neutral"], "m") == 1
    assert entailment_place(["score"], "m") == 0
    with pytest.raises(BadResponse, match="no class named 'entailment'; its classes: x, y"):
        entailment_place(["x", "y"], "m")
    with pytest.raises(BadResponse, match="not a number"):
        odds_of([float("nan"), 0.0], 0)


def filled(folder: Path, *names: str, labels: object = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"{}")
    (folder / "config.json").write_text(json.dumps({"id2label": labels or {"0": "entailment", "1": "neutral"}}))
    return folder


def test_a_folder_that_holds_no_entailment_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"holds no entailment model: config\.json"):
        get_verifier(f"nli:{tmp_path / 'nowhere'}")
    with pytest.raises(ModelUnavailable, match=r"it needs a \*\.onnx file and tokenizer\.json"):
        get_verifier(f"nli:{filled(tmp_path / 'half', 'tokenizer.json')}")
    with pytest.raises(BadResponse, match="no class named 'entailment'"):
        Entailment(filled(tmp_path / "other", "m.onnx", "tokenizer.json", labels={"0": "a", "1": "b"}))


def test_auto_is_local_until_a_model_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_HOME", str(tmp_path))
    assert type(get_verifier("auto")) is LocalVerifier
    assert lacks("nli") == "`citewell models get nli`"
    with pytest.raises(ModelUnavailable, match="citewell models get nli"):
        get_verifier("nli")
    filled(folder_of("nli"), *MODELS["nli"].files.values())
    assert (get_verifier("auto").name, lacks("nli")) == ("nli", None)


class Hub(BaseHTTPRequestHandler):
    """A server of files that can break off: ``cut`` bytes of each answer are sent, where it is not None."""

    cut: int | None = None
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        type(self).asked.append((self.path, wanted))
        whole = json.dumps({"id2label": {"0": "entailment", "1": "neutral"}, "path": self.path}).encode()
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(whole) - start))
        self.end_headers()
        self.wfile.write(whole[start : self.cut])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("CITEWELL_HOME", str(tmp_path))
    Hub.cut, Hub.asked = None, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_models_get_fetches_goes_on_where_it_broke_off_and_fetches_nothing_twice(hub: str) -> None:
    repository = MODELS["nli"].repository
    Hub.cut = 10
    with pytest.raises(ModelUnavailable, match="the same command goes on where it stopped"):
        fetch_model("nli", hub, revision="abc")
    assert fetched() is None
    Hub.cut = None
    done = CliRunner().invoke(create_app(), ["models", "get", "nli", "--server", hub, "--revision", "abc"])
    assert done.exit_code == 0, done.output
    assert fetched() == folder_of("nli")
    path = f"/{repository}/resolve/abc/onnx/model_quint8_avx2.onnx"
    assert Hub.asked[:2] == [(path, None), (path, "bytes=10-")]
    for source, target in MODELS["nli"].files.items():
        assert json.loads((folder_of("nli") / target).read_text())["path"].endswith(source)
    asked = len(Hub.asked)
    fetch_model("nli", hub, revision="abc")
    assert len(Hub.asked) == asked


def test_a_file_of_another_sum_is_thrown_away(hub: str) -> None:
    with pytest.raises(ModelUnavailable, match="its sha256 is another"):
        fetch_model("nli", hub, revision="abc", sha256={"tokenizer.json": "0" * 64})
    assert fetched() is None and not (folder_of("nli") / "tokenizer.json").exists()


def test_what_is_to_be_fetched_must_be_known_and_have_a_revision(hub: str) -> None:
    with pytest.raises(InputError, match="--revision"):
        fetch_model("nli", hub)
    with pytest.raises(UnknownName, match="valid: nli"):
        fetchable("everything")
    assert Hub.asked == []
