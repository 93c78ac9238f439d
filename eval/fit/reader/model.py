"""The network: BERT's encoder (MiniLM-L6) and three heads, in plain PyTorch, with weights in int8 and fp16 files."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

HEADS = ("answer", "support", "sentence")


class Layer(nn.Module):  # type: ignore[misc]
    """Attention and feed-forward, each with a residual and a norm after it."""

    def __init__(self, width: int, inner: int, heads: int, drop: float) -> None:
        super().__init__()
        self.heads, self.drop = heads, drop
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the new states. mask: what is added to the attention logits, 0 or very negative."""
        batch, length, width = x.shape
        q, k, v = (
            part(x).view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        p = self.drop if self.training else 0.0
        seen = functional.scaled_dot_product_attention(q, k, v, mask.to(q.dtype), dropout_p=p)
        seen = self.o(seen.transpose(1, 2).reshape(batch, length, width))
        x = self.norm1(x + functional.dropout(seen, p, self.training))
        return self.norm2(x + functional.dropout(self.down(functional.gelu(self.up(x))), p, self.training))


class Reader(nn.Module):  # type: ignore[misc]
    """answer and support look at [CLS]; sentence at the mean of the sentence's tokens beside [CLS]."""

    def __init__(self, config: dict[str, Any], drop: float = 0.1) -> None:
        super().__init__()
        width = config["hidden_size"]
        self.drop = drop
        self.word = nn.Embedding(config["vocab_size"], width)
        self.position = nn.Embedding(config["max_position_embeddings"], width)
        self.segment = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, 1e-12)
        self.layers = nn.ModuleList(
            Layer(width, config["intermediate_size"], config["num_attention_heads"], drop)
            for _ in range(config["num_hidden_layers"])
        )
        self.answer, self.support, self.sentence = nn.Linear(width, 1), nn.Linear(width, 1), nn.Linear(2 * width, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, means: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits of answer [B], support [B] and sentences [B, S].

        means [B, S, L]: for each sentence 1/n at its n tokens and 0 elsewhere.
        """
        x = self.norm(self.word(ids) + self.position.weight[: ids.shape[1]] + self.segment(types))
        x = functional.dropout(x, self.drop, self.training)
        added = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, added)
        cls = x[:, 0]
        sentences = means.to(x.dtype) @ x
        pairs = torch.cat([sentences, cls[:, None].expand(-1, means.shape[1], -1)], 2)
        return self.answer(cls)[:, 0], self.support(cls)[:, 0], self.sentence(pairs)[..., 0]


def rename(key: str) -> str:
    """Turn a name of the published checkpoint into ours."""
    for old, new in (
        ("bert.", ""), ("embeddings.word_embeddings", "word"), ("embeddings.position_embeddings", "position"),
        ("embeddings.token_type_embeddings", "segment"), ("embeddings.LayerNorm", "norm"),
        ("encoder.layer.", "layers."),
        ("attention.self.query", "q"), ("attention.self.key", "k"), ("attention.self.value", "v"),
        ("attention.output.dense", "o"), ("attention.output.LayerNorm", "norm1"), ("intermediate.dense", "up"),
        ("output.dense", "down"), ("output.LayerNorm", "norm2"),
    ):  # fmt: skip
        key = key.replace(old, new)
    return key


def load(folder: Path, weights: list[Path], drop: float = 0.1) -> Reader:
    """Build a reader from config.json and one or more files; heads that no file holds start fresh."""
    model = Reader(json.loads((folder / "config.json").read_text(encoding="utf-8")), drop)
    tensors: dict[str, Tensor] = {}
    for path in weights:
        tensors |= load_file(path)
    state: dict[str, Tensor] = {}
    for key, value in tensors.items():
        if key.endswith(".int8"):
            scale = tensors[key.removesuffix("int8") + "scale"]
            state[rename(key.removesuffix(".int8"))] = value.float() * scale.float().view(-1, 1)
        elif not key.endswith(".scale"):
            state[rename(key)] = value.float()
    state = {k: v for k, v in state.items() if k in model.state_dict()}
    lost = [k for k in model.load_state_dict(state, strict=False).missing_keys if k.split(".")[0] not in HEADS]
    if lost:
        raise ValueError(f"{weights}: no weights for {lost[:3]}")
    return model


def save(model: Reader, stem: Path, parts: int = 2) -> list[Path]:
    """Write the weights: the word table as int8 rows with a scale, the rest as fp16 in some parts."""
    state = {k: v.detach().float().cpu() for k, v in model.state_dict().items()}
    word = state.pop("word.weight")
    scale = word.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
    files: list[tuple[str, dict[str, Tensor]]] = [
        ("word", {"word.weight.int8": (word / scale).round().to(torch.int8), "word.weight.scale": scale})
    ]
    keys = sorted(state, key=lambda k: (state[k].numel(), k))
    for i in range(parts):
        files.append((f"rest{i}", {k: state[k].half().contiguous() for k in keys[i::parts]}))
    paths = [stem.with_name(f"{stem.name}.{name}.safetensors") for name, _ in files]
    for path, (_, tensors) in zip(paths, files, strict=True):
        save_file(tensors, path)
    return paths
