"""Train the reader on one GPU: public and own rows first, then own and scientific ones alone.

usage: python -m eval.fit.reader.train --rows rows.npz --base FOLDER --out STEM [--steps 2700 | --minutes 2]
FOLDER holds config.json, tokenizer.json and *.safetensors; written are STEM.*.safetensors and STEM.json (figures).
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from eval.fit.reader import measure
from eval.fit.reader import model as network
from eval.fit.reader.rows import Packed

SENTENCES = 24  # the most that rows.py keeps
NEGATIVE_SENTENCES = 0.3  # weight of the sentences of an abstract that does not answer
SENTENCE_LOSS = 0.7
SMOOTH = 0.02


class Device:
    """All rows on the device; a batch is one gather."""

    def __init__(self, data: Packed, device: str) -> None:
        self.data, self.device = data, device
        self._tokens, self._sentence = (
            torch.from_numpy(data.tokens).to(device),
            torch.from_numpy(data.sentence).to(device),
        )
        self._start, self._length = torch.from_numpy(data.start).to(device), torch.from_numpy(data.length).to(device)
        f = data.fields
        self.label, self.weight = (torch.from_numpy(f[k].astype(np.float32)).to(device) for k in ("label", "weight"))
        self.task, self.bits, self.count = (
            torch.from_numpy(f[k].astype(np.int64)).to(device) for k in ("task", "bits", "count")
        )

    def batch(self, rows: "np.ndarray[Any, Any]", query_only: bool = False) -> tuple[Tensor, ...]:
        """Return ids, mask, types, means, and the rows' numbers on the device."""
        longest = int(self.data.length[rows].max())
        longest = min(-(-longest // 16) * 16, 384)
        r = torch.from_numpy(rows).to(self.device)
        column = torch.arange(longest, device=self.device)
        mask = column < self._length[r, None]
        at = (self._start[r, None] + column).clamp(max=len(self._tokens) - 1)
        ids = torch.where(mask, self._tokens[at].long(), 0)
        sentence = torch.where(mask, self._sentence[at].long(), -2)
        most = max(1, int(self.data.fields["count"][rows].max()))
        hot = (sentence[:, None, :] == torch.arange(most, device=self.device)[None, :, None]).float()
        means = hot / hot.sum(2, keepdim=True).clamp(min=1)
        return ids, mask.long(), ((sentence > -2) & mask).long(), means, r


def batches(
    length: "np.ndarray[Any, Any]", rows: "np.ndarray[Any, Any]", size: int, rng: np.random.Generator
) -> Iterator[Any]:
    """Cut the rows, in random order, into batches of like length."""
    rows = rng.permutation(rows)
    cut = []
    for i in range(0, len(rows), size * 50):
        chunk = rows[i : i + size * 50]
        chunk = chunk[np.argsort(length[chunk], kind="stable")]
        cut += [chunk[j : j + size] for j in range(0, len(chunk), size)]
    for i in rng.permutation(len(cut)):
        yield cut[i]


def loss_of(model: network.Reader, data: Device, rows: "np.ndarray[Any, Any]") -> Tensor:
    """Return the loss of a batch: each row's own head, and the sentences where they are labelled."""
    ids, mask, types, means, r = data.batch(rows)
    with torch.autocast(data.device, torch.bfloat16, enabled=data.device == "cuda"):
        answer, support, sentence = model(ids, mask, types, means)
    logit = torch.where(data.task[r] == 0, answer.float(), support.float())
    label, weight = data.label[r], data.weight[r]
    aim = label * (1 - SMOOTH) + SMOOTH / 2
    loss = (cross_entropy(logit, aim, reduction="none") * weight).sum() / weight.sum()
    nth = torch.arange(means.shape[1], device=r.device)
    hit = (data.bits[r, None].clamp(min=0) >> nth & 1).float()
    known = ((data.bits[r, None] >= 0) & (nth < data.count[r, None]) & (data.task[r, None] == 0)).float()
    known = known * weight[:, None] * torch.where(label > 0.5, 1.0, NEGATIVE_SENTENCES)[:, None]
    each = cross_entropy(sentence.float(), hit, reduction="none") * known
    return loss + SENTENCE_LOSS * each.sum() / known.sum().clamp(min=1)


@torch.no_grad()  # type: ignore[untyped-decorator]
def score(model: network.Reader, data: Device, rows: "np.ndarray[Any, Any]") -> dict[str, "np.ndarray[Any, Any]"]:
    """Return the logits of some rows, and their best sentences; NaN elsewhere."""
    model.eval()
    size = len(data.data.length)
    out = {k: np.full(size, np.nan) for k in ("answer", "support")} | {"best": np.zeros(size, np.int64)}
    for chunk in np.array_split(rows[np.argsort(data.data.length[rows])], max(1, len(rows) // 128)):
        ids, mask, types, means, r = data.batch(chunk)
        answer, support, sentence = model(ids, mask, types, means)
        there = torch.arange(means.shape[1], device=r.device) < data.count[r, None]
        out["answer"][chunk], out["support"][chunk] = answer.cpu().numpy(), support.cpu().numpy()
        out["best"][chunk] = sentence.masked_fill(~there, -1e9).argmax(1).cpu().numpy()
    model.train()
    return out


def train(model: network.Reader, data: Device, args: argparse.Namespace) -> None:
    """Run AdamW for so many steps or minutes; the rate rises for a twentieth of them and falls to nothing."""
    rng, f = np.random.default_rng(args.seed), data.data.fields
    wanted = {"both": (0, 1), "answer": (0,), "support": (1,)}[args.tasks]
    every = np.flatnonzero((f["split"] == 0) & np.isin(f["task"], wanted))
    stages = (every, every[f["science"][every]])
    big = [p for p in model.parameters() if p.ndim > 1]
    small = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": big, "weight_decay": 0.01}, {"params": small, "weight_decay": 0.0}]
    best = torch.optim.AdamW(groups, lr=args.lr, fused=data.device == "cuda")
    start, step, epoch, done = time.time(), 0, 0, 0.0
    while done < 1:
        epoch += 1
        stage = int(done > args.stage)
        for rows in batches(data.data.length, stages[stage], args.batch, rng):
            done = (time.time() - start) / 60 / args.minutes if args.minutes else step / args.steps
            if done >= 1 or (stage == 0 and done > args.stage):
                break
            for group in best.param_groups:
                group["lr"] = args.lr * min(1.0, done / 0.05) * (1 - done)
            loss = loss_of(model, data, rows)
            best.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            best.step()
            step += 1
            if step % 500 == 0 or step == 20:
                took = time.time() - start
                print(f"{args.tasks} epoch {epoch} stage {stage} step {step} {took:.0f}s {loss.item():.4f}", flush=True)


def main() -> None:
    """Load, train, measure, save."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("rows", "base", "out"):
        ap.add_argument("--" + name, type=Path, required=True)
    ap.add_argument("--steps", type=int, default=2700)
    ap.add_argument("--minutes", type=float, default=0.0, help="stop by the clock instead")
    ap.add_argument("--tasks", choices=("both", "answer", "support"), default="both")
    ap.add_argument("--lr", type=float, default=1.5e-4)
    ap.add_argument("--batch", type=int, default=256)
    ap.add_argument("--stage", type=float, default=0.6, help="where the second stage begins")
    ap.add_argument("--drop", type=float, default=0.1)
    ap.add_argument("--limit", type=int, default=0, help="measure this many rows only (to try the script out)")
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = network.load(args.base, sorted(args.base.glob("*.safetensors")), args.drop).to(device).train()
    data = Device(Packed(args.rows), device)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    print(args.tasks, len(data.data.length), "rows,", len(data.data.tokens), "tokens", flush=True)
    if args.steps or args.minutes:
        train(model, data, args)
    rest = np.flatnonzero(data.data.fields["split"] != 0)
    found = score(model, data, rest[:: max(1, len(rest) // args.limit)] if args.limit else rest)
    figures = measure.figures(data.data, found["answer"], found["support"], found["best"])
    args.out.with_suffix(".json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    network.save(model, args.out)


if __name__ == "__main__":
    main()
