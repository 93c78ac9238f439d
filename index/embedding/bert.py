"""Passages through BERT in torch: one forward pass gives the vector of a window and of each of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, passage_text, unit
from index.embedding.weights import SAFETENSORS_SHA256, verified

TOKENS_A_BATCH = 6144


def native_bfloat16() -> bool:
    """Whether this CPU computes in bfloat16 itself; elsewhere it would be slower than float32."""
    import torch

    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check and check())


class BertEncoder:
    """MiniLM's BertModel, in bfloat16 where the CPU has it, float32 elsewhere."""

    def __init__(self, folder: Path, tokenizer: Any, max_tokens: int) -> None:
        import torch
        from safetensors.torch import load_file
        from transformers.models.bert.configuration_bert import BertConfig
        from transformers.models.bert.modeling_bert import BertModel

        weights = load_file(verified(folder / "model.safetensors", SAFETENSORS_SHA256))
        model = BertModel(BertConfig.from_json_file(str(folder / "config.json")), add_pooling_layer=False)
        model.load_state_dict({name: tensor for name, tensor in weights.items() if name in model.state_dict()})
        self._model = model.to(torch.bfloat16 if native_bfloat16() else torch.float32).eval()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens

    def encode(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """The vectors of the passages, in order; batched by length, so that little is spent on padding."""
        texts = [passage_text(passage) for passage in passages]
        encodings = self._tokenizer.encode_batch([text for text, _ in texts])
        lengths = [min(len(encoding.ids), self._max_tokens) for encoding in encodings]
        results: list[PassageVectors | None] = [None] * len(passages)
        for batch in _batches(lengths):
            spans = [_token_spans(encodings[i].offsets, lengths[i], passages[i], texts[i][1]) for i in batch]
            ids = [encodings[i].ids[: lengths[i]] for i in batch]
            for i, vectors in zip(batch, self._forward(ids, spans), strict=True):
                results[i] = vectors
        return [vectors for vectors in results if vectors is not None]

    def _forward(self, ids: list[list[int]], spans: list[list[tuple[int, int]]]) -> list[PassageVectors]:
        """Mean token states over each window and over each of its spans of tokens."""
        import torch

        longest = max(map(len, ids))
        tokens = torch.zeros((len(ids), longest), dtype=torch.long)
        mask = torch.zeros((len(ids), longest), dtype=torch.long)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = 1
        with torch.inference_mode():
            states = self._model(input_ids=tokens, attention_mask=mask).last_hidden_state
            sums = states.float().cumsum(dim=1).numpy()
        return [_pool(sums[row], len(one), spans[row]) for row, one in enumerate(ids)]


def _pool(sums: Vector, length: int, spans: list[tuple[int, int]]) -> PassageVectors:
    """From running sums over the tokens: the mean of the window, and the mean of each span."""
    window = unit(sums[length - 1])
    if not spans:
        return PassageVectors(window, np.zeros((0, sums.shape[1]), dtype=np.float32))
    starts, ends = np.array(spans).T
    rows = unit(sums[ends - 1] - sums[starts - 1])
    rows[ends <= starts] = window
    return PassageVectors(window, rows)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indices grouped by similar length, longest first, up to TOKENS_A_BATCH padded tokens a group."""
    batches: list[list[int]] = []
    longest = 0
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not batches or (len(batches[-1]) + 1) * longest > TOKENS_A_BATCH:
            batches.append([])
            longest = lengths[i]
        batches[-1].append(i)
    return batches


def _token_spans(offsets: Any, length: int, passage: Passage, begin: int) -> list[tuple[int, int]]:
    """For each sentence the range of tokens inside it; an empty range where truncation left none."""
    starts = np.array([start for start, _ in offsets[1 : length - 1]] or [0]) - begin
    spans = []
    for start, end in passage.sentences:
        first, last = np.searchsorted(starts, (start, end))
        spans.append((int(first) + 1, int(last) + 1))
    return spans
