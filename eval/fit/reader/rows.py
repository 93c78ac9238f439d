"""Rows as the reader model takes them: built from texts, packed into a few arrays, read back."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

MAX_TOKENS, MAX_QUERY, MAX_TITLE = 384, 96, 48
MARK = {"answer": "[unused1]", "support": "[unused2]"}
TASKS = tuple(MARK)
FIELDS: dict[str, Any] = {
    "split": np.uint8,
    "task": np.uint8,
    "label": np.uint8,
    "weight": np.float16,
    "source": np.uint8,
    "kind": np.uint8,
    "science": np.bool_,  # also in the second stage of the training
    "head": np.uint8,  # pieces before the passage
    "first": np.uint8,  # pieces before the first sentence
    "count": np.uint8,  # sentences
    "bits": np.int32,  # which of them answer; -1: not known
    "group": np.int32,  # the paper's number
}


class Rows:
    """Collect rows: [CLS] mark query [SEP] title sentences [SEP], each text tokenised once."""

    def __init__(self, tokenizer: Path) -> None:
        self._tok = Tokenizer.from_file(str(tokenizer))
        self._tok.no_padding()
        self._tok.no_truncation()
        self._ids: dict[tuple[str, int], int] = {}
        self._tokens: list[np.ndarray[Any, Any]] = []
        self._names: dict[str, list[str]] = {"split": ["train"], "source": [], "kind": [""]}
        self._pieces: list[list[int]] = []
        self._rows: list[tuple[Any, ...]] = []

    def _text(self, text: str, most: int = 9999) -> int:
        key = (text, min(most, 9999))
        if key not in self._ids:
            if text.startswith("[") and text.endswith("]") and (one := self._tok.token_to_id(text)) is not None:
                tokens = [one]
            else:
                tokens = self._tok.encode(text, add_special_tokens=False).ids[:most]
            self._ids[key] = len(self._tokens)
            self._tokens.append(np.array(tokens, np.uint16))
        return self._ids[key]

    def _name(self, field: str, name: str) -> int:
        names = self._names[field]
        if name not in names:
            names.append(name)
        return names.index(name)

    def add(
        self,
        split: str,
        task: str,
        query: str,
        sentences: list[str],
        label: int,
        *,
        title: str = "",
        evidence: list[int] | None = None,
        weight: float = 1.0,
        source: str = "own",
        kind: str = "",
        science: bool = False,
        group: int = -1,
    ) -> None:
        """Add one row. evidence: the sentences that answer, counted from 0; None where nobody said which."""
        pieces = [self._text("[CLS]"), self._text(MARK[task]), self._text(query, MAX_QUERY), self._text("[SEP]")]
        head = len(pieces)
        if title:
            pieces.append(self._text(title, MAX_TITLE))
        first = len(pieces)
        room = MAX_TOKENS - 1 - sum(len(self._tokens[p]) for p in pieces)
        for sentence in sentences[:24]:
            piece = self._text(sentence)
            if len(self._tokens[piece]) > room:
                piece = self._text(sentence, room)
            if not len(self._tokens[piece]):
                break
            pieces.append(piece)
            room -= len(self._tokens[piece])
        count = len(pieces) - first
        bits = -1 if evidence is None else sum(1 << e for e in evidence if e < count)
        pieces.append(self._text("[SEP]"))
        self._pieces.append(pieces)
        self._rows.append(
            (
                self._name("split", split),
                TASKS.index(task),
                label,
                weight,
                self._name("source", source),
                self._name("kind", kind),
                science,
                head,
                first,
                count,
                bits,
                group,
                len(self._tokens[pieces[2]]),
            )
        )

    def balance(self, source: str) -> None:
        """Weight the rows of a source so that right and wrong ones count alike at each length of the query."""
        number = self._name("source", source)
        mine = [i for i, r in enumerate(self._rows) if r[4] == number]
        lengths = np.array([self._rows[i][12] for i in mine])
        bins = np.searchsorted(np.quantile(lengths, np.arange(0.1, 1.0, 0.1)), lengths)
        total: Counter[tuple[int, int]] = Counter()
        for b, i in zip(bins, mine, strict=True):
            total[int(b), self._rows[i][2]] += self._rows[i][3]
        for b, i in zip(bins, mine, strict=True):
            row = list(self._rows[i])
            both = total[int(b), 0] + total[int(b), 1]
            row[3] *= float(np.clip(both / 2 / max(total[int(b), row[2]], 1e-9), 0.3, 3.0))
            self._rows[i] = tuple(row)

    def save(self, path: Path) -> None:
        """Write everything as one compressed npz."""
        columns = zip(*(r[: len(FIELDS)] for r in self._rows), strict=True)
        arrays: dict[str, Any] = {f: np.array(c, k) for (f, k), c in zip(FIELDS.items(), columns, strict=True)}
        arrays["tokens"] = np.concatenate(self._tokens)
        arrays["text_len"] = np.array([len(t) for t in self._tokens], np.uint16)
        arrays["pieces"] = np.concatenate([np.array(p, np.uint32) for p in self._pieces])
        arrays["piece_count"] = np.array([len(p) for p in self._pieces], np.uint8)
        arrays["names"] = np.frombuffer(json.dumps(self._names).encode(), np.uint8)
        np.savez_compressed(path, **arrays)

    def summary(self) -> str:
        """Count the rows by split, source and label."""
        seen = Counter((self._names["split"][r[0]], self._names["source"][r[4]], TASKS[r[1]], r[2]) for r in self._rows)
        lines = [f"{n:7d} {' '.join(map(str, k))}" for k, n in sorted(seen.items())]
        return "\n".join([*lines, f"{len(self._rows)} rows, {len(self._tokens)} texts"])


class Packed:
    """Rows read back: tokens of all rows in one array, with the piece (sentence) each token belongs to."""

    def __init__(self, path: Path) -> None:
        z = np.load(path)
        self.names: dict[str, list[str]] = json.loads(z["names"].tobytes())
        self.fields: dict[str, np.ndarray[Any, Any]] = {f: z[f] for f in FIELDS}
        pieces, count = z["pieces"].astype(np.int64), z["piece_count"].astype(np.int64)
        text_len = z["text_len"].astype(np.int64)
        text_at = np.concatenate([[0], np.cumsum(text_len)])
        lengths = text_len[pieces]
        ends = np.cumsum(lengths)
        inside = np.arange(int(ends[-1])) - np.repeat(ends - lengths, lengths)
        self.tokens = z["tokens"][np.repeat(text_at[pieces], lengths) + inside].astype(np.int32)
        row = np.repeat(np.arange(len(count)), count)
        nth = np.arange(len(pieces)) - np.repeat(np.cumsum(count) - count, count)
        sentence = nth - self.fields["first"][row]
        # -2 before the passage, -1 its title and last [SEP], 0.. its sentences
        sentence = np.where((sentence < 0) | (sentence >= self.fields["count"][row]), -1, sentence)
        sentence = np.where(nth < self.fields["head"][row], -2, sentence)
        self.sentence = np.repeat(sentence, lengths).astype(np.int8)
        self.length = np.add.reduceat(lengths, np.cumsum(count) - count)
        self.start = np.cumsum(self.length) - self.length

    def where(self, split: str) -> "np.ndarray[Any, Any]":
        """Return the numbers of the rows of a split."""
        return np.flatnonzero(self.fields["split"] == self.names["split"].index(split))
