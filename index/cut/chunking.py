"""From an abstract to chunks: whole sentences, as many as the embedding model reads together with the title."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.cut.sentences import split_sentences
from index.embedding.protocol import Passage
from index.schema import Chunk, Paper

SPECIAL_TOKENS = 4
Count = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """A chunk, and the sentences in it as spans of the abstract; one that is too long comes in several pieces."""

    chunk: Chunk
    sentences: tuple[Span, ...]

    @property
    def passage(self) -> Passage:
        """The chunk as an embedding model takes it."""
        start = self.chunk.start
        spans = tuple((first - start, last - start) for first, last in self.sentences)
        return Passage(self.chunk.title, self.chunk.text, spans)


def describe(max_tokens: int) -> str:
    """The chunking as the manifest records it; an index of another one does not mix with it."""
    return f"sentences, even windows, title + text <= {max_tokens} tokens"


def cut(paper: Paper, count: Count, max_tokens: int, sentences: Sequence[Span] | None = None) -> tuple[Window, ...]:
    """The windows of a paper, in order, without overlap; one without text where the abstract is empty.

    Every window with its title has at most ``max_tokens`` tokens, and windows are about equally long: a short rest
    would make a poor vector. ``sentences`` are those of the abstract, where they are known already.
    ``paper.abstract[chunk.start:chunk.end] == chunk.text``.
    """
    title = _fitting_title(paper.title, count, max_tokens // 2)
    room = max_tokens - SPECIAL_TOKENS - (count([title])[0] if title else 0)
    sentences = split_sentences(paper.abstract) if sentences is None else sentences
    lengths = count([paper.abstract[start:end] for start, end in sentences])
    pieces: list[tuple[Span, int]] = []
    for span, length in zip(sentences, lengths, strict=True):
        pieces += [(span, length)] if length <= room else _pieces(paper.abstract, span, count, room)
    groups = _groups(pieces, room) or [[]]
    return tuple(_window(paper, title, number, group) for number, group in enumerate(groups))


def _window(paper: Paper, title: str, number: int, spans: list[Span]) -> Window:
    start, end = (spans[0][0], spans[-1][1]) if spans else (0, 0)
    chunk = Chunk(f"{paper.paper_id}#{number}", paper.paper_id, title, paper.abstract[start:end], start, end)
    return Window(chunk, tuple(spans))


def _groups(pieces: list[tuple[Span, int]], room: int) -> list[list[Span]]:
    """Neighbours together: no group over ``room``, and each closed once it has its even share."""
    share = sum(length for _, length in pieces) / max(1, math.ceil(sum(length for _, length in pieces) / room))
    groups: list[list[Span]] = []
    filled = room + 1
    for span, length in pieces:
        if filled + length > room or filled + length / 2 > share:
            groups.append([])
            filled = 0
        groups[-1].append(span)
        filled += length
    return groups


def _pieces(text: str, span: Span, count: Count, room: int) -> list[tuple[Span, int]]:
    """A sentence longer than a window, cut between words (and a word of over 200 characters inside it)."""
    words = [(m.start() + span[0], m.end() + span[0]) for m in re.finditer(r"\S{1,200}", text[slice(*span)])]
    lengths = count([text[start:end] for start, end in words])
    pieces: list[tuple[Span, int]] = []
    for (start, end), length in zip(words, lengths, strict=True):
        if pieces and pieces[-1][1] + length <= room:
            pieces[-1] = ((pieces[-1][0][0], end), pieces[-1][1] + length)
        else:
            pieces.append(((start, end), length))
    return pieces


def _fitting_title(title: str, count: Count, limit: int) -> str:
    """The title, or as many of its first words as fit: a chunk needs room as well."""
    words = title[: limit * 20].split(" ")
    while words and count([" ".join(words)])[0] > limit:
        words = words[: len(words) * 3 // 4]
    return " ".join(words)
