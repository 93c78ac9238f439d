"""Write the trained reader as int8 ONNX with its calibration, and measure it beside the fp32 model.

usage: python -m eval.fit.reader.export --rows rows.npz --base FOLDER --weights *.safetensors --out FOLDER
Matrices and tables become int8 (signed, a scale per channel), activations are quantised as they come; the second
matrix of each feed-forward stays fp16: int8 there moved the logits most.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from eval.fit.reader import measure
from eval.fit.reader import model as network
from eval.fit.reader.rows import MAX_TOKENS, Packed

Array = np.ndarray[Any, Any]
INPUTS = ("input_ids", "attention_mask", "token_type_ids", "sentence_means")
OUTPUTS = ("answer", "support", "sentences")
CALIBRATION = {
    "answer": ("dev-own", "dev-own-terse", "dev-hard", "dev-peer"),
    "support": ("dev-claim-whole", "dev-claim-evidence", "dev-joined"),
}


def to_onnx(model: network.Reader, path: Path) -> None:
    """Trace the model with free batch, length and number of sentences."""
    ids = torch.ones(2, 16, dtype=torch.long)
    means = torch.full((2, 3, 16), 1 / 16)
    axes = {name: {0: "batch", 1: "length"} for name in INPUTS[:3]}
    axes |= {"sentence_means": {0: "batch", 1: "sentences", 2: "length"}, "sentences": {0: "batch", 1: "sentences"}}
    axes |= {"answer": {0: "batch"}, "support": {0: "batch"}}
    torch.onnx.export(
        model.eval(), (ids, ids, ids, means), str(path), input_names=list(INPUTS), output_names=list(OUTPUTS),
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip


def to_int8(source: Path, path: Path, keep: str = "/down/") -> None:
    """Quantise matrices and tables, but for those named keep: their inputs range too widely; they become fp16.

    Seven bits instead of eight, since CPUs without VNNI overflow on eight.
    """
    named = [n.name for n in onnx.load(source).graph.node if n.op_type == "MatMul" and keep in n.name]
    quantize_dynamic(
        source,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        nodes_to_exclude=named,
        extra_options={"MatMulConstBOnly": True},
    )
    model = onnx.load(path)
    graph, tables = model.graph, {t.name: t for t in model.graph.initializer}
    for node in [n for n in graph.node if n.name in named]:
        table = tables[node.input[1]]
        half = table.name + "_fp16"
        graph.initializer.append(
            onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(table).astype(np.float16), half)
        )
        graph.initializer.remove(table)
        node.input[1] = half + "_cast"
        graph.node.insert(0, onnx.helper.make_node("Cast", [half], [half + "_cast"], to=onnx.TensorProto.FLOAT))
    onnx.save(model, path)


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Scores:
    """The logits of the dev rows by an ONNX file."""

    def __init__(self, data: Packed, path: Path, rows: Array, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        size = len(data.length)
        self.answer, self.support = np.full(size, np.nan), np.full(size, np.nan)
        self.best, self.sentences = np.zeros(size, np.int64), {}  # type: Array, dict[int, Array]
        rows = rows[np.argsort(data.length[rows], kind="stable")]
        for chunk in np.array_split(rows, -(-len(rows) // 16)):
            feed = self._feed(data, chunk)
            answer, support, sentences = session.run(list(OUTPUTS), feed)
            self.answer[chunk], self.support[chunk] = answer, support
            for i, row in zip(chunk, sentences, strict=True):
                count = int(data.fields["count"][i])
                if count:
                    self.sentences[int(i)] = row[:count]
                    self.best[i] = int(np.argmax(row[:count]))

    @staticmethod
    def _feed(data: Packed, chunk: Array) -> dict[str, Array]:
        longest, most = int(data.length[chunk].max()), max(1, int(data.fields["count"][chunk].max()))
        ids, mask, types = (np.zeros((len(chunk), longest), np.int64) for _ in range(3))
        means = np.zeros((len(chunk), most, longest), np.float32)
        for j, i in enumerate(chunk):
            n, at = int(data.length[i]), int(data.start[i])
            part = data.sentence[at : at + n]
            ids[j, :n], mask[j, :n], types[j, :n] = data.tokens[at : at + n], 1, part > -2
            for s in range(int(data.fields["count"][i])):
                means[j, s, :n] = (part == s) / max(1, int((part == s).sum()))
        return dict(zip(INPUTS, (ids, mask, types, means), strict=True))


def fit(logits: Array, labels: Array, weights: Array) -> dict[str, float]:
    """Fit scale and bias of a sigmoid by Newton's method (Platt)."""
    x, theta = np.stack([logits, np.ones_like(logits)], 1), np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ theta))
        slope = x.T @ (weights * (p - labels)) + 1e-6 * theta
        bend = (x * (weights * p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        theta = theta - step * min(1.0, 1.0 / float(np.abs(step).max() + 1e-12))
    return {"scale": round(float(theta[0]), 4), "bias": round(float(theta[1]), 4)}


def calibrate(data: Packed, scores: Scores) -> dict[str, dict[str, float]]:
    """Fit each head on dev, right and wrong rows weighing alike (sentences as they come)."""
    f, splits, out = data.fields, np.array(data.names["split"])[data.fields["split"]], {}
    for head, logits in (("answer", scores.answer), ("support", scores.support)):
        rows = np.isin(splits, CALIBRATION[head]) & ~np.isnan(logits)
        labels = f["label"][rows].astype(float)
        out[head] = fit(logits[rows], labels, np.where(labels > 0, 0.5 / labels.mean(), 0.5 / (1 - labels.mean())))
    own = [i for i in np.flatnonzero((splits == "dev-own") & (f["label"] == 1)) if int(i) in scores.sentences]
    flat = np.concatenate([scores.sentences[int(i)] for i in own])
    hits = np.concatenate([f["bits"][i] >> np.arange(f["count"][i]) & 1 for i in own]).astype(float)
    out["sentence"] = fit(flat, hits, np.ones_like(hits))
    return out


def main() -> None:
    """Export, quantise, measure both, calibrate, write reader.json."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("rows", "base", "out"):
        ap.add_argument("--" + name, type=Path, required=True)
    ap.add_argument("--weights", type=Path, nargs="+", required=True)
    ap.add_argument("--name", default="reader-v1")
    ap.add_argument("--data", type=Path, help="JSON list of the training data with licences, copied into reader.json")
    ap.add_argument("--fp32", type=Path, help="figures of the fp32 model (train.py's JSON) to write beside int8's")
    ap.add_argument("--splits", nargs="*", default=[], help="measure on these splits alone")
    ap.add_argument("--threads", type=int, default=1)
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    target = args.out / "reader.onnx"
    with tempfile.TemporaryDirectory() as folder:
        to_onnx(network.load(args.base, args.weights), Path(folder, "fp32.onnx"))
        to_int8(Path(folder, "fp32.onnx"), target)
    shutil.copy(args.base / "tokenizer.json", args.out)
    data = Packed(args.rows)
    splits = np.array(data.names["split"])[data.fields["split"]]
    scores = Scores(
        data, target, np.flatnonzero(np.isin(splits, args.splits) if args.splits else splits != "train"), args.threads
    )
    about = {
        "name": args.name,
        "format": "citewell-reader",
        "version": 1,
        "sha256": {p: sha256(args.out / p) for p in ("reader.onnx", "tokenizer.json")},
        "input": {
            "layout": "[CLS] mark question-or-claim [SEP] title sentences [SEP]; token type 1 after the first [SEP]",
            "marks": {"answer": 2, "support": 3},
            "cls": 101, "sep": 102, "max_tokens": MAX_TOKENS,
            "sentence_means": "float32 [batch, sentences, length]: 1/n at each of a sentence's n tokens, else 0",
        },
        "outputs": {"answer": "logit [batch]", "support": "logit [batch]", "sentences": "logits [batch, sentences]"},
        "calibration": calibrate(data, scores),
        "training_data": json.loads(args.data.read_text(encoding="utf-8")) if args.data else [],
        "figures": {
            "int8": measure.figures(data, scores.answer, scores.support, scores.best),
            "fp32": json.loads(args.fp32.read_text(encoding="utf-8")) if args.fp32 else {},
        },
    }  # fmt: skip
    (args.out / "reader.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
